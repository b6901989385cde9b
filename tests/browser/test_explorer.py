"""El explorador del siguiente token en JupyterLab y Chromium: con ratón, con teclado y con tokens hostiles."""

from __future__ import annotations

import pytest

from tests.browser.lab import wait_in
from tests.widgets.conftest import HOSTILE

pytestmark = pytest.mark.browser
ROOT = ".c-explorer"


@pytest.fixture(scope="module")
def notebook(lab, model_folder, tiny_folder):
    """Un cuaderno con dos exploradores: uno con la verdad al lado y otro con un modelo que propone código hostil."""
    path = lab.write(
        "explorador.ipynb",
        f"from course_utils import models, widgets\nmodelo = models.load({str(model_folder)!r})",
        "explorador = widgets.next_token_explorer(modelo, 'Había una vez', truth='stories')\nexplorador",
        f"from tests.widgets.conftest import HOSTILE, poison\nhostil = poison(models.load({str(tiny_folder)!r}), HOSTILE)",
        "widgets.next_token_explorer(hostil, HOSTILE)",
        "widgets.sampling_playground(hostil, HOSTILE, max_new_tokens=4)",
    )
    lab.open(path)
    lab.run_all()
    lab.page.wait_for_selector(".c-playground .c-chip")
    return lab


@pytest.fixture
def page(notebook):
    """El primer explorador, con su texto del principio y el foco en la caja."""
    first = notebook.page.locator(ROOT).first
    first.scroll_into_view_if_needed()
    first.get_by_role("button", name="Empezar de nuevo").click()
    wait(notebook.page, "root.dataset.waiting === 'no' && root.querySelector('textarea').value === 'Había una vez'")
    return notebook.page


def wait(page, condition, argument=None):
    wait_in(page, ROOT, condition, argument)


def value(page):
    return page.locator(f"{ROOT} textarea").first.input_value()


def row(page, n):
    return page.locator(ROOT).first.locator(".c-row").nth(n)


def test_bars_of_the_model_and_of_the_truth_stand_side_by_side(page, notebook):
    wait(page, "root.classList.contains('c-with-truth')")
    assert row(page, 0).locator(".c-truth-value").is_visible()
    assert "según el modelo" in row(page, 0).get_attribute("aria-label") and "de verdad" in row(page, 0).get_attribute("aria-label")
    assert "Modelo y verdad coinciden en" in page.locator(f"{ROOT} .c-summary").first.text_content()
    for dark in (False, True):
        notebook.theme(dark=dark)
        for width in (700, 1100):
            page.set_viewport_size({"width": width + 380, "height": 1200})
            notebook.shot(f"explorer_{width}_{'oscuro' if dark else 'claro'}", ROOT)
    notebook.theme(dark=False)
    page.set_viewport_size({"width": 1480, "height": 1200})


def test_a_click_appends_and_undo_takes_it_back(page):
    before = row(page, 0).text_content()
    row(page, 1).click()
    wait(page, "root.dataset.waiting === 'no' && root.querySelector('textarea').value !== 'Había una vez'")
    assert value(page).startswith("Había una vez") and row(page, 0).text_content() != before
    page.get_by_role("button", name="Deshacer").first.click()
    wait(page, "root.querySelector('textarea').value === 'Había una vez'")
    assert row(page, 0).text_content() == before


def test_the_keyboard_alone_writes_a_sentence(page, notebook):
    """Escribir, llegar a las barras con Tab, recorrerlas con flechas, añadir con Intro y deshacer."""
    active = "() => window.jupyterapp.shell.currentWidget.content.activeCellIndex"
    cell = page.evaluate(active)
    page.locator(f"{ROOT} textarea").first.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(" una")
    wait(page, "root.dataset.waiting === 'no' && root.querySelector('.c-where').textContent.includes('vez una')")
    for _ in range(3):
        page.keyboard.press("Tab")
    assert "c-row" in page.evaluate("() => document.activeElement.className")
    page.keyboard.press("End")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(f"() => document.activeElement === document.querySelectorAll('{ROOT} .c-row')[1]")
    outline = page.evaluate(
        "() => getComputedStyle(document.activeElement).outlineStyle + getComputedStyle(document.activeElement).outlineWidth"
    )
    assert outline == "solid3px"
    for _ in range(3):
        text = value(page)
        page.keyboard.press("Enter")
        wait(page, "root.dataset.waiting === 'no' && root.querySelector('textarea').value !== value", text)
    assert len(value(page)) > len("Había una vez una")
    assert "c-row" in page.evaluate("() => document.activeElement.className")  # el foco no se pierde
    notebook.shot("explorer_keyboard", ROOT)
    longest = value(page)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    wait(page, "root.querySelector('textarea').value.length < value", len(longest))
    assert page.evaluate(active) == cell


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("palabra " * 6250, "ventana"),
        ("", ""),
        ("🦊🌍👩‍👩‍👧", "Sin verdad"),
        ("The quick 漢字", "Sin verdad"),
        ("Nunca\x07 jamás", "control"),
    ],
    ids=["50000", "vacío", "emoji", "otra lengua", "control"],
)
def test_any_text_is_answered_and_kept(page, text, sentence):
    page.locator(f"{ROOT} textarea").first.evaluate(
        "(box, text) => { box.value = text; box.dispatchEvent(new Event('input', { bubbles: true })); }", text
    )
    wait(page, "root.querySelector('.c-where').textContent.includes(value)", text.split()[-1][:3] if text else "Primer token")
    assert sentence in page.locator(f"{ROOT} .c-status").first.text_content()
    assert value(page) == text and row(page, 7).is_visible()


def test_typing_fast_sends_few_messages_and_ends_on_the_last_text(page, notebook):
    notebook.count_messages()
    page.locator(f"{ROOT} textarea").first.evaluate("""(box) => {
        for (const letter of " una zorra que vivía") {
            box.value += letter;
            box.dispatchEvent(new Event("input", { bubbles: true }));
        }
    }""")
    wait(page, "root.querySelector('.c-where').textContent.includes('que vivía')")
    assert page.evaluate("() => window.enviados") <= 3


def test_python_changes_the_text_and_the_page_follows(page, notebook):
    notebook.python("explorador.context = 'Cuando salió el sol'")
    wait(page, "root.querySelector('textarea').value === 'Cuando salió el sol'")


def test_hostile_tokens_are_shown_and_never_run(notebook):
    page = notebook.page
    second = page.locator(ROOT).nth(1)
    assert "img src=x" in second.locator(".c-row-label").first.text_content().replace("␣", " ")
    second.locator(".c-row").first.click()
    page.wait_for_function(f"(text) => document.querySelectorAll('{ROOT}')[1].querySelector('textarea').value === text", arg=HOSTILE * 2)
    assert HOSTILE in "".join(page.locator(".c-playground .c-chip").all_text_contents())
    page.locator(".c-playground .c-chip").first.hover()
    page.get_by_text("Ver la lista de tokens").first.click()
    assert page.locator(".curso img, .curso script").count() == 0
    assert page.evaluate("() => window.hackeado") is None
    notebook.shot("hostile", ".c-playground")


def test_nothing_left_the_machine_and_nothing_broke(notebook):
    assert notebook.outside == [] and notebook.errors == []
