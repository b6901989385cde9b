"""La autoevaluación en JupyterLab y Chromium, y en una página desnuda: con ratón, con teclado solo y en claro y oscuro."""

from __future__ import annotations

import json

import pytest

from course_utils import widgets
from course_utils.exercises import logbook
from tests.browser.lab import wait_in
from tests.browser.test_outside_lab import HARNESS, brightness, sent

pytestmark = pytest.mark.browser
ROOT = ".c-selftest"


@pytest.fixture(scope="module")
def notebook(lab):
    path = lab.write("prueba.ipynb", "from course_utils import widgets\nprueba = widgets.self_test(1)\nprueba", "otra = 1", "otra")
    lab.open(path)
    lab.run_all()
    lab.page.wait_for_selector(f"{ROOT}[data-waiting=no] .c-option")
    return lab


@pytest.fixture
def page(notebook):
    """La página, con la autoevaluación por la primera pregunta y sin nada contestado en la vista."""
    root = notebook.page.locator(ROOT)
    root.scroll_into_view_if_needed()
    root.get_by_role("button", name="Empezar de nuevo").click()
    number(notebook.page, 1)
    wait(notebook.page, "root.dataset.waiting === 'no' && !root.querySelector('.c-option[data-state=right], .c-option[data-state=wrong]')")
    return notebook.page


def wait(page, condition, argument=None):
    wait_in(page, ROOT, condition, argument)


def number(page, n):
    wait(page, "root.querySelector('.c-where').textContent.startsWith(`Pregunta ${value} de 30`)", n)


def state(page, letter, value):
    wait(page, f"root.querySelector('.c-option[data-letter={letter}]').dataset.state === value", value)


def active(page, expression):
    return page.evaluate(f"() => document.activeElement.{expression}")


def cells(page):
    return page.evaluate("() => window.jupyterapp.shell.currentWidget.content.widgets.length")


def test_a_wrong_answer_and_then_the_right_one_with_the_mouse(page, notebook):
    root = page.locator(ROOT)
    root.locator(".c-option[data-letter=b]").click()
    state(page, "b", "wrong")
    assert root.locator(".c-why:visible").count() == 1 and "✗ no es" in root.locator(".c-option[data-letter=b]").inner_text()
    root.locator(".c-option[data-letter=c]").click()
    state(page, "c", "right")
    assert root.locator(".c-why:visible").count() == 4 and "✓ correcta" in root.locator(".c-option[data-letter=c]").inner_text()
    assert root.locator(".c-place").first.get_attribute("aria-label") == "Pregunta 1, capítulo 1: acertada después"
    assert "Para repasar: capítulo 1." in root.locator(".c-score").inner_text()
    for dark in (False, True):
        notebook.theme(dark=dark)
        notebook.shot(f"autoevaluacion_{'oscuro' if dark else 'claro'}", ROOT)
        assert (brightness(page, ROOT, "color") > brightness(page, ROOT, "backgroundColor")) == dark
    notebook.theme(dark=False)


def test_the_whole_thing_with_the_keyboard_alone(page):
    before = cells(page)
    page.locator(f"{ROOT} .c-option").first.focus()
    page.keyboard.press("ArrowDown")
    assert active(page, "dataset.letter") == "b"
    page.keyboard.press("a")  # en JupyterLab «a», «b», «c» y «dd» tocan las celdas: aquí responden
    state(page, "a", "wrong")
    assert active(page, "dataset.letter") == "b"
    page.keyboard.press("3")
    state(page, "c", "right")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert active(page, "textContent") == "Siguiente →"
    page.keyboard.press("Enter")
    number(page, 2)
    page.keyboard.press("d")
    state(page, "d", "wrong")
    assert active(page, "textContent") == "Siguiente →"
    page.keyboard.press("Enter")
    number(page, 3)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    wait(page, "root.querySelector('.c-clue').textContent.startsWith('Pista: ')")
    assert cells(page) == before


def test_any_question_is_one_key_away(page):
    page.locator(f"{ROOT} .c-place").first.focus()
    page.keyboard.press("End")
    assert active(page, "getAttribute('aria-label')").startswith("Pregunta 30, capítulo 16:")
    page.keyboard.press("Enter")
    number(page, 30)
    assert page.locator(f"{ROOT} .c-ask code").inner_text() == "modelo"
    assert page.locator(f"{ROOT} [aria-current=true]").inner_text().startswith("30")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    number(page, 29)


def test_the_answer_is_announced(page):
    page.locator(f"{ROOT} .c-option[data-letter=a]").click()
    wait(page, "root.querySelector('.c-hidden').textContent.startsWith('Todavía no. ')")
    page.locator(ROOT).get_by_role("button", name="Siguiente →").click()
    wait(page, "root.querySelector('.c-hidden').textContent.startsWith('Pregunta 2. ')")


def test_the_ends_do_not_go_further(page):
    page.locator(ROOT).get_by_role("button", name="← Anterior").click(force=True)  # atenuado, pero se puede pulsar
    page.locator(f"{ROOT} .c-place").nth(29).click()
    number(page, 30)
    page.locator(ROOT).get_by_role("button", name="Siguiente →").click(force=True)
    page.locator(ROOT).get_by_role("button", name="Pista").click()
    wait(page, "!root.querySelector('.c-clue').hidden")
    number(page, 30)


def test_python_moves_the_page(page, notebook):
    notebook.python("prueba.go(27)\nprueba.choose('b')")
    number(page, 27)
    state(page, "b", "right")


def test_everything_has_a_name_and_keeps_its_keys(page):
    name = "one.getAttribute('aria-label') || one.textContent"
    every = f"[...document.querySelectorAll('{ROOT} button')]"
    found = page.evaluate(f"() => {every}.map((one) => [one.outerHTML, {name}, one.closest('[data-lm-suppress-shortcuts]') === one])")
    assert len(found) == 38 and [html for html, text, keeps in found if not (text.strip() and keeps)] == []


def test_a_saved_notebook_without_kernel_shows_the_picture(page, notebook):
    notebook.execute("docmanager:save")
    saved = json.loads((notebook.workspace / "notebooks" / "prueba.ipynb").read_text("utf-8"))
    outputs = saved["cells"][0]["outputs"]
    assert "widgets" not in saved["metadata"] and len(outputs) == 3 and len(json.dumps(outputs)) < 300_000
    assert "image/png" in outputs[1]["data"] and "Pregunta 1 de 30" in "".join(outputs[2]["data"]["text/plain"])


def test_nothing_left_the_machine_and_nothing_broke(notebook):
    assert notebook.outside == [] and notebook.errors == []


def test_it_fits_a_narrow_page_and_follows_the_system(browser, tmp_path, monkeypatch):
    monkeypatch.setenv("CURSO_DATOS", str(tmp_path))
    monkeypatch.setattr(logbook, "_unsaved", {})
    widget = widgets.self_test(20)
    context = browser.new_context(viewport={"width": 360, "height": 900})
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.expose_function("answer", lambda message: [widget.answer(message), []])
    page.evaluate(HARNESS, sent("self_test", widget))
    page.wait_for_selector(f"{ROOT}[data-waiting=no] .c-option")
    for letter in "acdb":
        page.locator(f"{ROOT} .c-option[data-letter={letter}]").click()
    page.wait_for_selector(f"{ROOT} .c-option[data-state=right]")
    for width in (360, 560, 1100):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert (brightness(page, ROOT, "color") > brightness(page, ROOT, "backgroundColor")) == (scheme == "dark")
    assert errors == []
    context.close()
