"""Ajustar un modelo tocando pocos pesos, escrito a mano: LoRA, adaptadores, IA³, BitFit, últimas capas y ajuste de prompts."""

from course_utils.adapters.layers import BottleneckLayer, IA3Layer, LoRALayer, weight
from course_utils.adapters.methods import (
    IA3,
    Attached,
    BitFit,
    Bottleneck,
    Full,
    LastLayers,
    LoRA,
    Method,
    PromptTuning,
    attach,
    linear_layers,
)
from course_utils.adapters.soft_prompt import SoftPrompt
from course_utils.adapters.storage import load, save

__all__ = [
    "Attached", "BitFit", "Bottleneck", "BottleneckLayer", "Full", "IA3", "IA3Layer", "LastLayers", "LoRA", "LoRALayer", "Method",
    "PromptTuning", "SoftPrompt", "attach", "linear_layers", "load", "save",
    "weight",
]  # fmt: skip
