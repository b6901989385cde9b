"""Los widgets del curso: cada uno es una función pura que da datos corrientes y, encima, una cáscara fina de anywidget."""

from __future__ import annotations

from importlib import import_module

_HOMES = {
    "masks_and_objectives": "masks",
    "next_token_explorer": "explorer",
    "sampling_playground": "playground",
    "step_by_step_decoder": "decoder",
}

__all__ = ["masks_and_objectives", "next_token_explorer", "sampling_playground", "step_by_step_decoder"]


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"course_utils.widgets no tiene «{name}». Tiene: {', '.join(__all__)}.")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
