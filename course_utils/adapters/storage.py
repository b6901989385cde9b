"""Guardar solo lo ajustado, en safetensors. LoRA, IA³ y el ajuste de prompts, con los nombres de `peft`, que los carga tal cual."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors.torch import load_file
from safetensors.torch import save as serialize

from course_utils import paths
from course_utils.adapters.methods import IA3, Attached, LoRA, Method, PromptTuning, attach

WEIGHTS, CONFIG = "adapter_model.safetensors", "adapter_config.json"
OWN = "curso_metodo"       # el campo que dice cómo volver a montarlo con este paquete
PEFT_NAMES = {"A": "lora_A.weight", "B": "lora_B.weight", "factors": "ia3_l", "virtual": "prompt_embeddings"}


def save(attached: Attached, folder: Path) -> int:
    """Guarda lo que se ha entrenado y devuelve cuántos bytes ocupan los pesos. Si algo falla, lo que hubiera antes no se pierde."""
    folder.mkdir(parents=True, exist_ok=True)
    values = {name: _shaped(name, p.detach().cpu(), attached).contiguous() for name, p in attached.trained().items()}
    tensors = {_to_peft(name, attached.method): value for name, value in values.items()}
    size = paths.write_whole(folder / WEIGHTS, serialize(tensors, metadata={"format": "pt"}))
    paths.write_whole(folder / CONFIG, json.dumps(_config(attached), ensure_ascii=False, indent=1))
    return size


def load(model: torch.nn.Module, folder: Path, method: Method) -> Attached:
    """Prepara `model` con `method` y le pone lo guardado por `save` o por `peft`. Lanza ValueError si no encaja."""
    if not (folder / WEIGHTS).exists():
        raise ValueError(f"En «{folder}» no hay ningún ajuste guardado: falta {WEIGHTS}.")
    saved = load_file(folder / WEIGHTS)
    attached = attach(model, method)
    mine = attached.trained()
    named = {name: saved[key].reshape(p.shape) for name, p in mine.items() if (key := _to_peft(name, method)) in saved
             and saved[key].numel() == p.numel()}  # fmt: skip
    try:
        if len(saved) != len(mine):
            counts = f"En «{folder}» hay {len(saved)} tensores y este ajuste tiene {len(mine)}"
            raise ValueError(f"{counts}: se guardó con otro método o para otro modelo.")
        attached.load(named)
    except ValueError:
        attached.detach()
        raise
    return attached


def _to_peft(name: str, method: Method) -> str:
    """transformer.h.0.attn.c_attn.A → base_model.model.transformer.h.0.attn.c_attn.lora_A.weight."""
    if not isinstance(method, LoRA | IA3 | PromptTuning):
        return name
    place, _, last = name.rpartition(".")
    return f"base_model.model.{place}.{PEFT_NAMES[last]}" if place else PEFT_NAMES[last]


def _shaped(name: str, parameter: torch.Tensor, attached: Attached) -> torch.Tensor:
    """`peft` guarda los factores de IA³ en columna, o en fila si multiplican lo que entra."""
    if not isinstance(attached.method, IA3):
        return parameter
    return parameter[None, :] if attached.layers[name.rpartition(".")[0]].on_input else parameter[:, None]


def _config(attached: Attached) -> dict:
    method = attached.method
    own = {OWN: {"nombre": type(method).__name__, **asdict(method)}}
    shared = {"task_type": "CAUSAL_LM", "inference_mode": True, "base_model_name_or_path": attached.base.config.name_or_path}
    transposed = any(not isinstance(layer.base, torch.nn.Linear) for layer in attached.layers.values())
    if isinstance(method, LoRA):
        its = {"peft_type": "LORA", "r": method.rank, "lora_alpha": method.alpha, "target_modules": list(method.targets), "bias": "none"}
        return its | shared | {"fan_in_fan_out": transposed}
    if isinstance(method, IA3):
        its = {"peft_type": "IA3", "target_modules": [*method.targets, *method.inputs], "feedforward_modules": list(method.inputs)}
        return its | shared | {"fan_in_fan_out": transposed}
    if isinstance(method, PromptTuning):
        config = attached.base.config
        return shared | {
            "peft_type": "PROMPT_TUNING", "num_virtual_tokens": method.tokens, "token_dim": config.hidden_size,
            "num_transformer_submodules": 1, "num_attention_heads": config.num_attention_heads, "num_layers": config.num_hidden_layers,
        }  # fmt: skip
    return own
