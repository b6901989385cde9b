"""Cada capítulo, entero, en JupyterLab y Chromium: se ejecuta sin errores, se ve y no sale de la máquina."""

from __future__ import annotations

import pytest

from tests.browser.lab import ROOT

pytestmark = pytest.mark.browser
CHAPTERS = sorted(path.name for path in ROOT.glob("notebooks/*.ipynb"))
WIDGETS = {
    "01": ".c-denoising", "02": ".c-explorer", "03": ".c-authors", "04": ".c-calculator", "05": ".c-chat", "06": ".c-search",
    "07": ".c-ids",
    "08": ".c-decoder", "09": ".c-masks", "12": ".c-ranks", "14": ".c-playground", "15": ".c-selftest",
}  # fmt: skip


def move_the_playground(lab):
    """Lo que hará quien aprende: mover un mando y ver cambiar barras y texto."""
    page, root = lab.page, lab.page.locator(".c-playground").first
    root.wait_for()
    before = root.locator("li .c-value").all_text_contents()
    root.locator("[data-name=temperature]").first.press("End")
    values = "[...document.querySelector('.c-playground').querySelectorAll('li .c-value')].map((one) => one.textContent)"
    page.wait_for_function(f"(before) => {values}.join() !== before.join()", arg=before)
    page.wait_for_function("() => /token/.test(document.querySelector('.c-playground .c-status').textContent)")
    assert root.locator(".c-chip").count() > 1
    lab.shot("chapter_14_playground", ".c-playground")


def walk_the_translation(lab):
    """Las flechas llevan de token en token y, en el haz, de una hipótesis a otra; la frase española dice a qué se mira."""
    page, roots = lab.page, lab.page.locator(".c-decoder")
    roots.nth(1).wait_for()
    assert roots.count() == 2
    where = "(start) => [...document.querySelectorAll('.c-decoder .c-where')].some((one) => one.textContent.startsWith(start))"
    page.wait_for_function(where, arg="Paso 7 de 10: tras «The cunning witch cleans her»")
    chips = roots.first.locator(".c-token")
    chips.first.focus()
    page.keyboard.press("End")
    page.wait_for_function(where, arg="Paso 10 de 10")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(where, arg="Paso 9 de 10")
    page.wait_for_function(where, arg="Paso 5 de 10: tras «My strong shepherd will»")
    lab.shot("chapter_08_beams", ".c-decoder")


def walk_the_masks(lab):
    """Cada flecha lleva al token siguiente y dice cuántos ve; otra arquitectura, con el tabulador y la barra espaciadora."""
    page, root = lab.page, lab.page.locator(".c-masks").first
    root.wait_for()
    said = "(words) => document.querySelector('.c-masks .c-summary').textContent.includes(words)"
    page.wait_for_function(said, arg="«rana» ve 16 de 18 tokens")
    root.get_by_role("button", name="Decodificador", exact=True).press(" ")
    page.wait_for_function("() => document.querySelector('.c-masks .c-where').textContent.includes('GPT')")
    root.locator(".c-chip").first.focus()
    page.keyboard.press("Home")
    page.wait_for_function(said, arg="ve 1 de 14")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(said, arg="ve 2 de 14")
    lab.shot("chapter_09_masks", ".c-masks")


DRIVES = {"08": walk_the_translation, "09": walk_the_masks, "14": move_the_playground}


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
        DRIVES.get(name[:2], lambda lab: None)(lab)
    lab.execute("notebook:move-cursor-up")
    lab.shot(f"chapter_{name[:2]}")
    assert lab.outside[outside:] == [] and lab.errors[errors:] == []
