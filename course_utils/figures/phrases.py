"""Unos tokens que son palabras enteras, otra vez como texto."""

from __future__ import annotations

import re
from collections.abc import Sequence


def said(labels: Sequence[str]) -> str:
    """«El», «gato», «.» → «El gato.»: los signos, pegados a la palabra de antes."""
    return re.sub(r" (?=[.,:;»?!])", "", " ".join(labels))
