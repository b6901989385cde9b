"""Lo que una herramienta escribe en un documento va entre sus marcas y no toca lo de alrededor."""

import pytest

from tools.blocks import filled


def test_only_what_is_between_the_marks_changes():
    assert filled("a\n<x>\nviejo\n<y>\nb\n<x>", "<x>", "<y>", "nuevo") == "a\n<x>\nnuevo\n<y>\nb\n<x>"


@pytest.mark.parametrize(("text", "lacking"), [("a\n<y>\n", "<x>"), ("a\n<x>\nb", "<y>"), ("<y> <x>", "<y>")])
def test_a_mark_that_is_missing_is_said(text, lacking):
    with pytest.raises(ValueError, match=f"falta la marca «{lacking}»"):
        filled(text, "<x>", "<y>", "nuevo")
