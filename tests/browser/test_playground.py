"""El taller de muestreo en JupyterLab y Chromium: con ratón, con teclado, con prisa y con textos imposibles."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser
ROOT = ".c-playground"


@pytest.fixture(scope="module")
def notebook(lab, model_folder):
    """Un cuaderno con el taller ya ejecutado."""
    prepare = f"from course_utils import models, widgets\nmodelo = models.load({str(model_folder)!r})"
    path = lab.write(
        "taller.ipynb", prepare, "taller = widgets.sampling_playground(modelo, 'Había una vez una', max_new_tokens=20)\ntaller"
    )
    lab.open(path)
    lab.run_all()
    lab.page.wait_for_selector(f"{ROOT} .c-chip")
    return lab


@pytest.fixture
def page(notebook):
    """El taller como recién abierto."""
    notebook.page.locator(ROOT).scroll_into_view_if_needed()
    button(notebook.page, "Volver a empezar").click()
    wait(notebook.page, "root.dataset.waiting === 'no'")
    assert notebook.page.locator(f"{ROOT} textarea").input_value() == "Había una vez una"
    return notebook.page


def button(page, name):
    return page.locator(ROOT).get_by_role("button", name=name)


def slider(page, name, panel=0):
    return page.locator(f"{ROOT} .c-panel").nth(panel).locator(f"[data-name={name}]")


def wait(page, condition, argument=None):
    """Espera a que se cumpla una condición sobre `root` (el taller), `panels`, `status` y `value` (el argumento)."""
    page.wait_for_function(
        f"""(value) => {{
            const root = document.querySelector("{ROOT}");
            const panels = [...root.querySelectorAll(".c-panel")];
            const status = root.querySelector(".c-status").textContent;
            return {condition};
        }}""",
        arg=argument,
    )


def bars(page, panel=0):
    return page.locator(f"{ROOT} .c-panel").nth(panel).locator("li .c-value").all_text_contents()


def text(page, panel=0):
    return "".join(page.locator(f"{ROOT} .c-panel").nth(panel).locator(".c-chip").all_text_contents())


def bars_differ(page, before, panel=0):
    """Espera a que las barras de un panel cambien y las devuelve."""
    values = "[...panels[value[0]].querySelectorAll('li .c-value')].map((one) => one.textContent)"
    wait(page, f"{values}.join() !== value[1].join()", [panel, before])
    return bars(page, panel)


def generated(page, panel=0):
    """Espera a que el texto esté terminado y hecho con los mandos tal como están, y lo devuelve."""
    idle = "root.querySelector('.c-primary').textContent.includes('Generar') && root.dataset.waiting === 'no' && /token/.test(status)"
    wait(page, f"{idle} && panels[value].querySelector('.c-chip') && panels[value].querySelector('.c-made').textContent === ''", panel)
    return text(page, panel)


def test_dragging_a_slider_changes_bars_and_text(page, notebook):
    button(page, "Generar").click()
    first, before = generated(page), bars(page)
    box = slider(page, "temperature").bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.4 * box["width"], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.97 * box["width"], middle, steps=12)
    after = bars_differ(page, before)
    page.mouse.up()
    assert after != before
    wait(page, "[...panels[0].querySelectorAll('.c-chip')].map((one) => one.textContent).join('') !== value", first)
    assert generated(page) != first
    notebook.shot("playground_mouse", ROOT)


def test_cut_tokens_are_hatched_grey_and_said(page):
    before = bars(page)
    slider(page, "top_k").focus()
    page.keyboard.press("Home")
    bars_differ(page, before)
    rows = page.locator(f"{ROOT} .c-panel").first.locator("li")
    assert "cortado por top-k" in rows.nth(1).locator(".c-hidden").text_content()
    assert "repeating-linear-gradient" in rows.nth(1).locator(".c-before").evaluate("(bar) => getComputedStyle(bar).backgroundImage")
    assert rows.nth(1).locator(".c-value").last.text_content() == "cortado"
    assert rows.nth(0).locator(".c-value").last.text_content() == "100 %"


def test_the_keyboard_alone_is_enough(page, notebook):
    """Escribir, generar, mover mandos, recorrer las fichas y comparar sin tocar el ratón ni salir de la celda."""
    active = page.evaluate("() => window.jupyterapp.shell.currentWidget.content.activeCellIndex")
    page.locator(f"{ROOT} textarea").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(" rana")
    wait(page, "root.querySelector('.c-where').textContent.includes('una rana')")
    first = generated(page)
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent").endswith("Generar")
    page.keyboard.press("Enter")
    assert generated(page) == first  # misma semilla, mismos ajustes
    for _ in range(4):
        page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.dataset.name") == "temperature"
    before = bars(page)
    for key in ("ArrowRight", "ArrowUp", "End"):
        page.keyboard.press(key)
    assert page.evaluate("() => document.activeElement.getAttribute('aria-valuetext')") == "2 · más atrevida"
    bars_differ(page, before)
    generated(page)
    page.locator(f"{ROOT} .c-chip").first.wait_for()
    for _ in range(5):
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert "c-chip" in page.evaluate("() => document.activeElement.className")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    label = page.evaluate("() => document.activeElement.getAttribute('aria-label')")
    assert re.search(r": (< |> )?\d.* %; según el modelo, .* %; \d.*opción", label)
    assert page.locator(f"{ROOT} .c-tip").first.is_visible()
    page.keyboard.press("Enter")
    wait(page, "root.querySelector('.c-chosen')?.textContent.includes('salió')")
    notebook.shot("playground_keyboard", ROOT)
    assert page.evaluate("() => window.jupyterapp.shell.currentWidget.content.activeCellIndex") == active


def test_escape_and_the_button_stop_the_text(page):
    slider(page, "max_new_tokens").focus()
    page.locator(f"{ROOT} .c-check input").uncheck()
    slider(page, "max_new_tokens").press("End")
    for stop in (lambda: page.keyboard.press("Escape"), lambda: button(page, "Detener").click()):
        button(page, "Generar").click()
        page.wait_for_selector(f"{ROOT} .c-chip")
        stop()
        wait(page, "/Detenido por ti|fin al texto|ventana/.test(status)")
        assert button(page, "Generar").is_visible()
    page.locator(f"{ROOT} .c-check input").check()


def test_values_can_be_read_by_hover_and_in_a_list(page):
    button(page, "Generar").click()
    generated(page)
    page.locator(f"{ROOT} .c-chip").nth(2).hover()
    tip = page.locator(f"{ROOT} .c-tip").first
    assert tip.is_visible() and "%" in tip.text_content()
    page.get_by_text("Ver la lista de tokens").first.click()
    rows = page.locator(f"{ROOT} .c-panel").first.locator("tbody tr")
    rows.first.wait_for()
    assert rows.count() == page.locator(f"{ROOT} .c-panel").first.locator(".c-chip").count()
    assert "%" in rows.first.locator("td").nth(2).text_content()
    page.get_by_text("Ver la lista de tokens").first.click()


def test_two_settings_side_by_side(page, notebook):
    button(page, "Comparar dos ajustes").click()
    page.wait_for_selector(f"{ROOT}.c-comparing .c-panel:nth-child(2) .c-chip")
    generated(page, 1)
    button(page, "Generar").click()
    wait(page, "panels.every((panel) => panel.querySelector('.c-chip'))")
    generated(page, 1)
    left, right = (page.locator(f"{ROOT} .c-panel").nth(n).bounding_box() for n in (0, 1))
    assert abs(left["y"] - right["y"]) < 2 and right["x"] > left["x"] + left["width"] - 1
    assert bars(page, 0) != bars(page, 1)
    before = bars(page, 0)
    other = bars(page, 1)
    slider(page, "temperature", panel=1).press("Home")
    bars_differ(page, other, panel=1)
    assert bars(page, 0) == before
    notebook.shot("playground_compare", ROOT)
    button(page, "Comparar dos ajustes").click()
    wait(page, "!root.classList.contains('c-comparing')")


def test_a_fast_drag_never_queues(page, notebook):
    """Cuarenta movimientos seguidos son un par de mensajes, y lo que se ve al final es el último."""
    page.locator(f"{ROOT} .c-check input").uncheck()
    notebook.count_messages()
    drag = """(input, values) => {
        for (const one of values) {
            input.value = one;
            input.dispatchEvent(new Event("input", { bubbles: true }));
        }
    }"""
    slider(page, "temperature").evaluate(drag, list(range(40, -1, -1)))
    wait(page, "/siempre el más probable/.test(root.querySelector('.c-summary').textContent) && root.dataset.waiting === 'no'")
    assert page.evaluate("() => window.enviados") <= 3
    page.locator(f"{ROOT} .c-check input").check()


@pytest.mark.parametrize(
    ("prompt", "sentence"),
    [("palabra " * 6250, "ventana"), ("", ""), ("🦊🌍👩‍👩‍👧", ""), ("El rápido brown fox 漢字", ""), ("a\x07b", "control")],
    ids=["50000", "vacío", "emoji", "otra lengua", "control"],
)
def test_any_prompt_keeps_the_playground_alive(page, prompt, sentence):
    # como al pegar: el texto llega entero de una vez
    paste = "(box, text) => { box.value = text; box.dispatchEvent(new Event('input', { bubbles: true })); }"
    page.locator(f"{ROOT} textarea").evaluate(paste, prompt)
    where = "Primer token" if not prompt else prompt.split()[-1][:3].replace("\x07", "")
    wait(page, "root.querySelector('.c-where').textContent.includes(value)", where)
    assert generated(page)
    assert page.locator(f"{ROOT} textarea").input_value() == prompt
    assert page.locator(f"{ROOT} .c-panel").first.locator("li").count() == 10
    if sentence:
        button(page, "Generar").click()
        generated(page)


def test_python_moves_controls_and_the_page_follows(page, notebook):
    notebook.python("taller.set(temperature=99)")
    wait(page, "/he recibido 99: uso 2/.test(status)")
    assert slider(page, "temperature").get_attribute("aria-valuetext") == "2 · más atrevida"


def test_everything_has_a_name_and_keeps_its_keys(page):
    name = "one.labels?.[0]?.textContent || one.getAttribute('aria-label') || one.textContent"
    keeps = "one.closest('[data-lm-suppress-shortcuts]') === one"
    every = "[...document.querySelectorAll('.c-playground :is(input, textarea, button)')]"
    names = page.evaluate(f"() => {every}.map((one) => [{name}, {keeps}])")
    assert len(names) > 10 and all(name.strip() and keeps for name, keeps in names)
    assert page.locator(f"{ROOT} [role=status][aria-live=polite]").count() == 1


def test_focus_is_visible_by_keyboard(page):
    page.locator(f"{ROOT} textarea").focus()
    for _ in range(6):
        page.keyboard.press("Tab")
        outline = page.evaluate("() => { const s = getComputedStyle(document.activeElement); return [s.outlineWidth, s.outlineStyle]; }")
        assert outline == ["3px", "solid"]


def test_reduced_motion_stops_the_animations_and_still_writes(page):
    page.emulate_media(reduced_motion="reduce")
    assert page.locator(f"{ROOT} .c-bar").first.evaluate("(bar) => getComputedStyle(bar).transitionDuration") == "0s"
    button(page, "Generar").click()
    assert generated(page)
    page.emulate_media(reduced_motion="no-preference")


@pytest.mark.parametrize("width", [700, 1100])
@pytest.mark.parametrize("dark", [False, True], ids=["claro", "oscuro"])
def test_it_looks_well_in_both_themes(page, notebook, dark, width):
    page.set_viewport_size({"width": width + 380, "height": 1300})
    notebook.theme(dark=dark)
    button(page, "Generar").click()
    generated(page)
    root = page.locator(ROOT)
    light = "(name, one) => getComputedStyle(one)[name].match(/[0-9.]+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0)"
    ink, paper = (root.evaluate(f"(one) => ({light})('{name}', one)") for name in ("color", "backgroundColor"))
    assert (ink > paper) == dark
    assert root.evaluate("(one) => one.scrollWidth <= one.clientWidth + 1")
    notebook.shot(f"playground_{width}_{'oscuro' if dark else 'claro'}", ROOT)
    notebook.theme(dark=False)
    page.set_viewport_size({"width": 1480, "height": 1200})


def test_a_reloaded_page_finds_the_playground_as_it_was(page, notebook):
    slider(page, "temperature").press("Home")
    wait(page, "/siempre el más probable/.test(root.querySelector('.c-summary').textContent)")
    generated(page)
    notebook.execute("docmanager:save")
    page.reload()
    page.wait_for_selector(f"{ROOT} .c-chip")
    assert slider(page, "temperature").get_attribute("aria-valuetext") == "0 · voraz"


def test_the_still_picture_hides_while_the_widget_lives(page, notebook):
    outputs = page.locator(".jp-CodeCell").nth(1).locator(".jp-OutputArea-child")
    assert outputs.count() == 3
    assert [outputs.nth(n).is_visible() for n in range(3)] == [True, False, False]


def test_a_saved_notebook_without_kernel_shows_the_picture(notebook):
    assert "Taller de muestreo con temperatura 0,8" in notebook.without_kernel("taller.ipynb")
    notebook.shot("playground_sin_kernel")


def test_nothing_left_the_machine_and_nothing_broke(notebook):
    assert notebook.outside == [] and notebook.errors == []
