"""El decodificador paso a paso y la vista de máscaras en JupyterLab y Chromium: con ratón, con teclado y con tokens hostiles."""

from __future__ import annotations

import pytest

from tests.browser.lab import wait_in
from tests.widgets.conftest import HOSTILE

pytestmark = pytest.mark.browser
DECODER, MASKS = ".c-decoder", ".c-masks"
SENTENCE = "El gato negro duerme en la cabaña."


@pytest.fixture(scope="module")
def notebook(lab):
    """Un cuaderno con un decodificador, una vista de máscaras y un traductor que escribe código hostil."""
    path = lab.write(
        "decodificador.ipynb",
        "from course_utils import models, widgets\ntraductor = models.load('translator')",
        f"decodificador = widgets.step_by_step_decoder(traductor, {SENTENCE!r}, beams=4)\ndecodificador",
        "vista = widgets.masks_and_objectives(traductor, 'Había una vez una zorra muy curiosa que vivía en el bosque.')\nvista",
        "import shutil\nshutil.copytree('models/translator', 'build_hostil', dirs_exist_ok=True)\n"
        "from tests.widgets.conftest import HOSTILE, poison\nhostil = poison(models.load('build_hostil'), HOSTILE)\n"
        "widgets.step_by_step_decoder(hostil, 'El gato.', strategy='haz', max_new_tokens=3)",
        "widgets.masks_and_objectives(hostil, HOSTILE, objective='causal')",
    )
    lab.open(path)
    lab.python("import os; os.chdir('..')")
    lab.run_all()
    lab.page.wait_for_selector(f"{DECODER} .c-token")
    lab.page.wait_for_function("() => document.querySelectorAll('.c-masks').length === 2")
    return lab


def button(page, root, name):
    return page.locator(root).first.get_by_role("button", name=name, exact=True)


def at_step(page, number):
    there = "root.querySelector('.c-where').textContent.startsWith(value)"
    wait_in(page, DECODER, f"root.dataset.waiting === 'no' && {there}", f"Paso {number} de")


@pytest.fixture
def page(notebook):
    """El decodificador en su primer paso, con la decodificación voraz y la frase del principio."""
    notebook.python(f"decodificador.source = {SENTENCE!r}")
    wait_in(notebook.page, DECODER, "root.querySelector('textarea').value === value", SENTENCE)
    button(notebook.page, DECODER, "Voraz").click()
    wait_in(notebook.page, DECODER, "root.dataset.waiting === 'no' && root.querySelector('.c-search').hidden")
    at_step(notebook.page, 1)
    return notebook.page


def test_the_mouse_goes_forward_back_and_to_any_step(page, notebook):
    button(page, DECODER, "Adelante ▶").click()
    at_step(page, 2)
    assert "black" in page.locator(f"{DECODER} .c-chosen .c-row-label").first.text_content()
    most = page.locator(f"{DECODER} .c-most .c-piece").first
    assert most.text_content() == "neg"
    page.locator(f"{DECODER} .c-token").nth(2).click()
    at_step(page, 3)
    assert page.locator(f"{DECODER} .c-most .c-piece").first.text_content() == "gato"
    button(page, DECODER, "◀ Atrás").click()
    at_step(page, 2)
    for dark in (False, True):
        notebook.theme(dark=dark)
        notebook.shot(f"decoder_{'oscuro' if dark else 'claro'}", DECODER)
    notebook.theme(dark=False)


def test_the_keyboard_alone_is_enough(page, notebook):
    active = "() => window.jupyterapp.shell.currentWidget.content.activeCellIndex"
    cell = page.evaluate(active)
    page.locator(f"{DECODER} .c-token").first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    at_step(page, 4)
    assert page.evaluate("() => document.activeElement.getAttribute('aria-current')") == "step"
    page.keyboard.press("ArrowLeft")
    at_step(page, 3)
    page.keyboard.press("End")
    wait_in(page, DECODER, "root.querySelector('.c-ending').textContent.includes('terminada')")
    page.keyboard.press("Home")
    at_step(page, 1)
    assert page.evaluate(active) == cell


def test_no_key_is_lost_while_the_kernel_answers(page):
    """La tercera flecha se pulsa justo cuando llega la respuesta a la primera, con la segunda aún por mandar."""
    page.evaluate("""(selector) => {
        const root = document.querySelector(selector);
        const right = () => new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true });
        const press = () => root.querySelector('.c-token').dispatchEvent(right());
        const observer = new MutationObserver(() => { observer.disconnect(); press(); });
        observer.observe(root.querySelector('.c-where'), { characterData: true, childList: true, subtree: true });
        press();
        press();
    }""", DECODER)
    at_step(page, 4)


def test_beam_search_by_mouse_and_by_keyboard(page, notebook):
    notebook.python("decodificador.source = 'La bruja 7 quantum volvió'")
    button(page, DECODER, "Haz").click()
    wait_in(page, DECODER, "root.dataset.waiting === 'no' && root.querySelectorAll('.c-stop').length > 20")
    assert "voraz" in page.locator(f"{DECODER} .c-table tbody tr").last.text_content()
    page.locator(f"{DECODER} .c-stop").nth(0).focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
        wait_in(page, DECODER, "root.dataset.waiting === 'no'")
    at_step(page, 3)
    now = page.locator(f"{DECODER} .c-stop.c-now").first
    assert "hipótesis 2" in now.get_attribute("aria-label") and page.evaluate("() => document.activeElement.className").count("c-now") == 1
    for dark in (False, True):
        notebook.theme(dark=dark)
        notebook.shot(f"decoder_haz_{'oscuro' if dark else 'claro'}", DECODER)
    notebook.theme(dark=False)
    page.locator(f"{DECODER} .c-stop").nth(1).click()
    at_step(page, 1)
    page.locator(f"{DECODER} select").nth(0).select_option("2")
    wait_in(page, DECODER, "root.dataset.waiting === 'no' && root.querySelectorAll('.c-board .c-stop').length < 45")


def test_layer_and_head_change_the_bands(page):
    before = page.locator(f"{DECODER} .c-share").all_text_contents()
    page.locator(f"{DECODER} select").nth(1).select_option("0")
    wait_in(page, DECODER, "[...root.querySelectorAll('.c-share')].map((one) => one.textContent).join() !== value", ",".join(before))
    page.locator(f"{DECODER} select").nth(1).select_option("2")


def test_what_does_not_fit_is_said_and_changes_nothing(page):
    box = page.locator(f"{DECODER} textarea").first
    box.fill("gato " * 400)
    wait_in(page, DECODER, "root.querySelector('.c-status').textContent.includes('en la ventana caben 128')")
    assert page.locator(f"{DECODER} .c-token").first.text_content() == "The"
    box.fill("")
    wait_in(page, DECODER, "root.querySelector('.c-status').textContent.includes('Escribe una frase')")
    box.fill("x")
    wait_in(page, DECODER, "root.dataset.waiting === 'no' && !root.classList.contains('c-empty-stage')")


def test_masks_by_mouse_and_by_keyboard(notebook):
    page = notebook.page
    page.locator(MASKS).first.scroll_into_view_if_needed()
    for name, hint in (("Decodificador", "GPT"), ("Codificador-decodificador", "T5"), ("Codificador", "BERT")):
        button(page, MASKS, name).click()
        wait_in(page, MASKS, "root.dataset.waiting === 'no' && root.querySelector('.c-where').textContent.includes(value)", hint)
        for dark in (False, True):
            notebook.theme(dark=dark)
            notebook.shot(f"masks_{hint}_{'oscuro' if dark else 'claro'}", MASKS)
        notebook.theme(dark=False)
    button(page, MASKS, "Decodificador").click()
    wait_in(page, MASKS, "root.dataset.waiting === 'no' && root.querySelector('.c-where').textContent.includes('GPT')")
    chips = page.locator(MASKS).first.locator(".c-chip")
    chips.nth(3).hover()
    wait_in(page, MASKS, "root.querySelector('.c-summary').textContent.includes('ve 4 de')")
    assert page.locator(MASKS).first.locator(".c-seen").count() == 4
    notebook.count_messages()
    chips.nth(3).focus()
    page.keyboard.press("ArrowRight")
    wait_in(page, MASKS, "root.querySelector('.c-summary').textContent.includes('ve 5 de')")
    page.keyboard.press("Home")
    wait_in(page, MASKS, "root.querySelector('.c-summary').textContent.includes('ve 1 de')")
    assert page.evaluate("() => window.enviados") == 0
    frame = page.locator(f"{MASKS} .c-matrix").first.bounding_box()
    page.mouse.move(frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] - 3)
    count = chips.count()
    wait_in(page, MASKS, "root.querySelector('.c-summary').textContent.includes(value)", f"ve {count} de {count}")


def test_hostile_tokens_are_shown_and_never_run(notebook):
    page = notebook.page
    second = page.locator(DECODER).nth(1)
    assert HOSTILE in second.locator(".c-token").first.text_content()
    assert "img src=x" in second.locator(".c-table").text_content()
    assert "img src=x" in page.locator(MASKS).nth(1).locator(".c-chips").first.text_content()
    assert page.locator(".curso img, .curso script").count() == 0 and page.evaluate("() => window.hackeado") is None
    notebook.shot("decoder_hostile", f"{DECODER} >> nth=1")


def test_nothing_left_the_machine_and_nothing_broke(notebook):
    assert notebook.outside == [] and notebook.errors == []
