"""Las piezas del curso: modelos, generación, figuras, widgets y ejercicios.

``import course_utils`` no importa torch ni transformers: cada submódulo se carga la primera vez que se nombra (PEP 562).
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

__all__ = [
    "adapters", "analogies", "architectures", "bake_off", "bibliography", "conversion", "diagrams", "dialogues", "drawings",
    "embeddings", "evaluation", "exercises", "figures", "flow", "forgetting", "gallery", "generation", "glossary", "heatmaps",
    "inspection", "maps", "merges", "microworld", "models", "ngrams", "notebook", "overlap", "paths", "plots", "positions", "progress",
    "prompting", "ranks", "retrieval", "scaling", "segmentation", "sizing", "stacks", "tables", "theme", "tokens", "training", "tuning",
    "virtual_tokens", "widgets",
]  # fmt: skip


def __getattr__(name: str) -> ModuleType:
    if name in __all__:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"course_utils no tiene «{name}». Tiene: {', '.join(__all__)}.")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
