"""Cuadernos hechos a mano, también los que ningún Jupyter escribiría."""

from __future__ import annotations

import json
from typing import Any

PYTHON = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}, "language_info": {"name": "python"}}


def notebook(*cells: Any, **more: Any) -> dict[str, Any]:
    return {"cells": list(cells), "metadata": PYTHON, "nbformat": 4, "nbformat_minor": 4, **more}


def code(source: Any, **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": source, **more}


def markdown(source: Any, **more: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source, **more}


def raw(source: Any) -> dict[str, Any]:
    return {"cell_type": "raw", "metadata": {}, "source": source}


def written(content: Any, *, indent: int | None = 1, escaped: bool = False) -> bytes:
    """Como lo escribe Jupyter: sangrado y en UTF-8. Con ``escaped``, todo en ASCII, que es lo único que admite sustitutos sueltos."""
    return json.dumps(content, indent=indent, ensure_ascii=escaped).encode()


HELLO = written(notebook(code("print('hola')")))
