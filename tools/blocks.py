"""Los trozos de un documento que escribe una herramienta: van entre dos marcas, y lo de alrededor no se toca."""

from __future__ import annotations


def filled(text: str, begin: str, end: str, content: str) -> str:
    """``text`` con ``content`` entre la marca ``begin`` y la ``end`` que la sigue. ValueError si falta alguna."""
    before, opened, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not opened or not closed:
        raise ValueError(f"En el documento falta la marca «{end if opened else begin}», entre las que se escribe.")
    return f"{before}{begin}\n{content}\n{end}{after}"
