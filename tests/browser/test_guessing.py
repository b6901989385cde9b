"""¿Quién lo ha escrito?, en JupyterLab y Chromium: con ratón, con teclado y con textos hostiles."""

from __future__ import annotations

import json

import pytest

from tests.widgets.conftest import HOSTILE

pytestmark = pytest.mark.browser
VIEW = ".c-authors"


@pytest.fixture(scope="module")
def notebook(lab):
    """Un cuaderno con una partida de dos rondas y otra cuyos autores y textos son código hostil."""
    path = lab.write(
        "autores.ipynb",
        "from course_utils import widgets",
        "juego = widgets.who_wrote_it({'Ana': ('escribe con a.', ['aaa', 'aba']), 'Luis': ('escribe con l.', ['lll'])}, rounds=2)\njuego",
        f"widgets.who_wrote_it({{{HOSTILE!r}: ({HOSTILE!r}, [{HOSTILE!r}]), 'Eva': ('¿eh?', ['e'])}}, rounds=2)",
    )
    lab.open(path)
    lab.run_all()
    lab.page.wait_for_selector(f"{VIEW} >> nth=1")
    return lab


@pytest.fixture
def page(notebook):
    """La página, con la primera partida recién empezada."""
    notebook.python("juego.session.seed = 0\njuego.send({'kind': 'snapshot', **juego.session.restart()})")
    view(notebook.page).get_by_text("Aún no has apostado.").wait_for()
    return notebook.page


def view(page, n=0):
    found = page.locator(VIEW).nth(n)
    found.scroll_into_view_if_needed()
    return found


def author(page):
    return "Luis" if view(page).locator(".c-story").text_content() == "lll" else "Ana"


def test_the_first_guess_counts_and_the_author_is_told(page, notebook):
    right = author(page)
    assert "escribe con" not in view(page).text_content()
    view(page).get_by_role("button", name=right, exact=True).click()
    view(page).get_by_text("1 de 1 aciertos.").wait_for()
    assert f"¡Sí! Lo ha escrito {right}" in view(page).locator(".c-verdict").text_content()
    assert view(page).locator("[data-state=right]").text_content() == f"✓ {right}"
    notebook.shot("autores_raton", VIEW)


def test_the_keyboard_alone_is_enough(page):
    names = view(page).locator(".c-name")
    names.first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("() => document.activeElement.textContent") == "Luis"
    page.keyboard.press("Enter")
    view(page).locator(".c-next").wait_for()
    assert page.evaluate("() => document.activeElement.textContent") == "Siguiente texto"
    page.keyboard.press("Enter")
    view(page).get_by_text("Texto 2 de 2").wait_for()
    assert page.evaluate("() => document.activeElement.textContent") == "Ana"
    page.keyboard.press("Enter")
    view(page).locator(".c-again").wait_for()
    assert page.evaluate("() => document.activeElement.textContent") == "Otra partida"
    page.keyboard.press("Enter")
    view(page).get_by_text("Texto 1 de 2").wait_for()


@pytest.mark.parametrize("dark", [False, True], ids=["claro", "oscuro"])
def test_it_looks_well_in_both_themes(page, notebook, dark):
    notebook.theme(dark=dark)
    view(page).get_by_role("button", name="Ana", exact=True).click()
    view(page).locator(".c-next").wait_for()
    assert view(page).evaluate("(one) => one.scrollWidth <= one.clientWidth + 1")
    notebook.shot(f"autores_{'oscuro' if dark else 'claro'}", VIEW)
    notebook.theme(dark=False)


def test_hostile_texts_are_shown_and_never_run(page):
    assert HOSTILE in view(page, 1).locator(".c-names").text_content()
    view(page, 1).get_by_role("button", name="Eva", exact=True).click()
    page.wait_for_selector(f"{VIEW} >> nth=1 >> .c-next")
    assert page.locator(".curso img, .curso script").count() == 0
    assert page.evaluate("() => window.hackeado") is None


def test_a_saved_notebook_keeps_the_picture(page, notebook):
    notebook.execute("docmanager:save")
    saved = json.loads((notebook.workspace / "notebooks" / "autores.ipynb").read_text("utf-8"))
    assert "widgets" not in saved["metadata"]
    assert any("image/png" in output.get("data", {}) for output in saved["cells"][1]["outputs"])


def test_nothing_left_the_machine_and_nothing_broke(notebook):
    assert notebook.outside == [] and notebook.errors == []
