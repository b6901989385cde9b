"""El único error de cargar un modelo."""

from __future__ import annotations


class ModelError(RuntimeError):
    """Un modelo que no se puede cargar; el mensaje dice qué pasa y qué hacer."""
