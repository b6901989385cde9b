"""Cada capítulo, entero, en JupyterLab y Chromium: se ejecuta sin errores, se ve y no sale de la máquina."""

from __future__ import annotations

import pytest

from tests.browser.lab import ROOT

pytestmark = pytest.mark.browser
CHAPTERS = sorted(path.name for path in ROOT.glob("notebooks/*.ipynb"))
WIDGETS = {"01": ".c-denoising", "02": ".c-explorer", "07": ".c-ids", "14": ".c-playground"}


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_runs_whole(lab, name):
    outside, errors = len(lab.outside), len(lab.errors)
    lab.open(f"notebooks/{name}")
    lab.run_all()
    if name[:2] in WIDGETS:
        widget = lab.page.locator(WIDGETS[name[:2]]).first
        widget.wait_for()
        widget.scroll_into_view_if_needed()
        lab.shot(f"chapter_{name[:2]}_widget")
    lab.execute("notebook:move-cursor-up")
    lab.shot(f"chapter_{name[:2]}")
    assert lab.outside[outside:] == [] and lab.errors[errors:] == []


def test_the_playground_of_chapter_14_answers(lab):
    """Lo que hará quien aprende: abrir el capítulo, ejecutarlo, mover un mando y ver cambiar barras y texto."""
    name = next((name for name in CHAPTERS if name.startswith("14")), None)
    if name is None:
        pytest.skip("el capítulo 14 todavía no existe")
    lab.open(f"notebooks/{name}")
    lab.run_all()
    page, root = lab.page, lab.page.locator(".c-playground").first
    root.wait_for()
    before = root.locator("li .c-value").all_text_contents()
    root.locator("[data-name=temperature]").first.press("End")
    values = "[...document.querySelector('.c-playground').querySelectorAll('li .c-value')].map((one) => one.textContent)"
    page.wait_for_function(f"(before) => {values}.join() !== before.join()", arg=before)
    page.wait_for_function("() => /token/.test(document.querySelector('.c-playground .c-status').textContent)")
    assert root.locator(".c-chip").count() > 1
    lab.shot("chapter_14_playground", ".c-playground")
