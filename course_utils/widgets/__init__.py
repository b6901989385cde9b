"""Los widgets del curso: cada uno es una función pura que da datos corrientes y, encima, una cáscara fina de anywidget."""

from __future__ import annotations

from importlib import import_module

_HOMES = {
    "attention_view": "attention",
    "chat": "talker",
    "denoising_strip": "denoiser",
    "embedding_map": "mapper",
    "masks_and_objectives": "masks",
    "next_token_explorer": "explorer",
    "positional_view": "placer",
    "prompt_builder": "builder",
    "rank_explorer": "ranker",
    "sampling_playground": "playground",
    "self_test": "examiner",
    "size_calculator": "calculator",
    "step_by_step_decoder": "decoder",
    "story_search": "searcher",
    "token_journey": "journey",
    "tokenizer_explorer": "segmenter",
    "who_wrote_it": "authors",
}

__all__ = [
    "attention_view", "chat", "denoising_strip", "embedding_map", "masks_and_objectives", "next_token_explorer", "positional_view",
    "prompt_builder", "rank_explorer", "sampling_playground", "self_test", "size_calculator", "step_by_step_decoder", "story_search",
    "token_journey", "tokenizer_explorer", "who_wrote_it",
]


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"course_utils.widgets no tiene «{name}». Tiene: {', '.join(__all__)}.")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
