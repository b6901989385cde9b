"""Tokens puestos otra vez como texto: los que son palabras enteras y las marcas de la plantilla."""

from __future__ import annotations

import re
from collections.abc import Sequence


def said(labels: Sequence[str]) -> str:
    """«El», «gato», «.» → «El gato.»: los signos, pegados a la palabra de antes."""
    return re.sub(r" (?=[.,:;»?!])", "", " ".join(labels))


def unmarked(label: str) -> str:
    """El nombre de una marca sin sus puntas: «<|usuario|>» → «usuario»; lo demás, como está."""
    return label.removeprefix("<|").removesuffix("|>") if label.startswith("<|") and label.endswith("|>") else label
