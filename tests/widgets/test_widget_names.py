"""Cada vista se pega detrás de shared.js en un solo módulo: un nombre declarado en los dos la deja sin dibujar."""

import re

import pytest

from course_utils import paths

STATIC = paths.ROOT / "course_utils" / "widgets" / "static"
DECLARED = re.compile(r"^(?:export )?(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)
VIEWS = sorted(path.name for path in STATIC.glob("*.js") if path.name != "shared.js")


def declared(name: str) -> set[str]:
    return set(DECLARED.findall((STATIC / name).read_text("utf-8")))


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_declares_no_name_of_the_shared_part(view):
    assert declared("shared.js") and declared(view) and not declared("shared.js") & declared(view)
