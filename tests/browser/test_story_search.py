"""El buscador de historias en JupyterLab: con ratón, con teclado, con texto hostil y sin kernel."""

from __future__ import annotations

import pytest

from tests.browser.lab import wait_in
from tests.widgets.conftest import HOSTILE

pytestmark = pytest.mark.browser
SEARCH = ".c-search"


@pytest.fixture(scope="module")
def notebook(lab):
    """Un cuaderno con el buscador sobre treinta historias."""
    path = lab.write(
        "buscador.ipynb",
        "from course_utils import models, widgets\nfrom course_utils.microworld import paraphrases",
        "historias, consultas = (list(lado) for lado in zip(*paraphrases.pool(30, seed=5, split='test')))\n"
        "buscador = widgets.story_search(models.load('encoder'), historias, consultas[3])\nbuscador",
        f"widgets.story_search(models.load('encoder'), [{HOSTILE!r}, 'La rana.'], {HOSTILE!r})",
    )
    lab.open(path)
    lab.run_all()
    lab.page.wait_for_selector(f"{SEARCH}[data-waiting=no] >> nth=1")
    return lab


@pytest.fixture
def page(notebook):
    return notebook.page


def wait(page, condition, argument=None):
    wait_in(page, SEARCH, condition, argument)


def test_the_query_is_answered_side_by_side(page, notebook):
    root = page.locator(SEARCH).first
    assert root.locator(".c-column").count() == 2 and root.locator(".c-column").first.locator(".c-result").count() == 5
    assert "puesto 1 de 30" in root.locator(".c-sentence").text_content()
    notebook.shot("buscador", SEARCH)


def test_typing_searches_again_and_nothing_empties(page):
    box = page.locator(f"{SEARCH} textarea").first
    box.fill("La rana")
    wait(page, "root.dataset.waiting === 'no' && root.querySelector('.c-sentence').textContent.includes('puesto 1 de 30')")
    box.fill("")
    wait(page, "root.querySelector('.c-status').textContent.startsWith('Escribe una consulta')")
    assert not page.locator(f"{SEARCH} .c-columns").first.is_visible()
    box.fill("x" * 601)
    wait(page, "root.querySelector('.c-status').textContent.includes('caben 600')")
    notebook_query = "El monarca vive en la fortaleza con un chucho"
    box.fill(notebook_query)
    wait(page, "root.dataset.waiting === 'no' && root.querySelectorAll('.c-column:first-child .c-result').length === 5")


def test_results_by_keyboard_alone(page):
    page.locator(f"{SEARCH} textarea").first.focus()
    page.keyboard.press("Tab")
    assert "c-result" in page.evaluate("() => document.activeElement.className")
    page.keyboard.press("ArrowDown")
    spoken = page.evaluate("() => document.activeElement.getAttribute('aria-label')")
    wait(page, "root.querySelector('.c-sentence').textContent === value", spoken)
    assert "puesto 2 de 30" in spoken and page.locator(f"{SEARCH} .c-now").count() >= 1
    page.keyboard.press("End")
    assert "puesto 5 de 30" in page.evaluate("() => document.activeElement.getAttribute('aria-label')")


def test_python_moves_the_page_and_the_theme_is_followed(page, notebook):
    notebook.python("buscador.query = consultas[0]")
    wait(page, "root.querySelector('textarea').value.length > 10 && root.querySelector('.c-result .c-place').textContent === '1'")
    page.locator(f"{SEARCH} .c-result").first.hover()
    notebook.theme(dark=True)
    notebook.shot("buscador_oscuro", SEARCH)
    notebook.theme(dark=False)


def test_everything_has_a_name_and_keeps_its_keys(page):
    name = "one.labels?.[0]?.textContent || one.getAttribute('aria-label') || one.textContent"
    every = "[...document.querySelectorAll('.c-search :is(textarea, button)')]"
    found = page.evaluate(f"() => {every}.map((one) => [one.outerHTML, {name}, one.closest('[data-lm-suppress-shortcuts]') === one])")
    assert found and [html for html, text, keeps in found if not (text.strip() and keeps)] == []


def test_hostile_stories_are_shown_and_never_run(page):
    assert HOSTILE in page.locator(SEARCH).nth(1).locator(".c-told").all_text_contents()
    assert page.locator(".curso img, .curso script").count() == 0 and page.evaluate("() => window.hackeado") is None


def test_nothing_left_the_machine_and_nothing_broke(notebook):
    assert notebook.outside == [] and notebook.errors == []


def test_a_saved_notebook_without_kernel_shows_the_picture(notebook):
    assert "Por significado, las primeras" in notebook.without_kernel("buscador.ipynb")
