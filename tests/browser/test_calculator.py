"""La calculadora de tamaño en JupyterLab y Chromium: con ratón, con teclado y con valores que no valen."""

from __future__ import annotations

import pytest

from tests.browser.lab import wait_in

pytestmark = pytest.mark.browser
VIEW = ".c-calculator"


@pytest.fixture(scope="module")
def notebook(lab):
    """Un cuaderno con una calculadora."""
    path = lab.write(
        "tamano.ipynb",
        "from course_utils import widgets",
        "vista = widgets.size_calculator('Llama 3.1 8B', chip='T4', context=8192)\nvista",
    )
    lab.open(path)
    lab.run_all()
    lab.page.wait_for_function(f"() => document.querySelectorAll('{VIEW} .c-parts li').length >= 5")
    return lab


@pytest.fixture
def page(notebook):
    """La página, con la calculadora como recién abierta."""
    field(notebook.page, "preset").select_option("a medida" if field(notebook.page, "preset").input_value() != "a medida" else "GPT-2 XL")
    field(notebook.page, "preset").select_option("Llama 3.1 8B")
    for name, value in (("task", "usarlo"), ("precision", "bfloat16"), ("chip", "T4")):
        field(notebook.page, name).select_option(value)
    notebook.python("vista.set(context=8192, batch=1)")
    wait(notebook.page, "root.querySelector('.c-total').textContent.startsWith('8.030.261.248')")
    wait(notebook.page, "root.querySelector('[data-name=context]').value === '8192'")
    return notebook.page


def field(page, name):
    return page.locator(f"{VIEW} [data-name={name}]")


def wait(page, condition, argument=None):
    settled = f"root.dataset.waiting !== 'yes' && ({condition})"
    wait_in(page, VIEW, settled, argument)


def text(page, selector):
    return page.locator(f"{VIEW} {selector}").first.text_content()


def width(page, selector):
    return page.locator(f"{VIEW} {selector}").first.bounding_box()["width"]


def test_the_mouse_changes_model_precision_and_chip(page, notebook):
    assert page.locator(VIEW).get_attribute("data-fits") == "no" and "En int8 sí cabría" in text(page, ".c-verdict")
    notebook.shot("calculator_mouse", VIEW)
    before = width(page, ".c-memory .c-look-0")
    field(page, "precision").select_option("int8")
    wait(page, "root.dataset.fits === 'yes'")
    assert text(page, ".c-verdict").startswith("✓ Cabe en una T4") and width(page, ".c-memory .c-look-0") < before
    field(page, "preset").select_option("Llama 2 70B")
    wait(page, "root.querySelector('.c-total').textContent === '68.976.648.192 parámetros'")
    assert field(page, "layers").input_value() == "80" and "82" in text(page, ".c-parts li:nth-child(3)")
    field(page, "chip").select_option("8 × H100")
    wait(page, "root.dataset.fits === 'yes'")


def test_a_box_ticked_and_a_task_chosen(page):
    field(page, "tied").check()
    wait(page, "root.querySelector('.c-total').textContent.startsWith('7.504.924.672')")
    assert field(page, "preset").input_value() == "a medida"
    field(page, "task").select_option("entrenarlo")
    wait(page, "/gradientes/.test(root.querySelectorAll('.c-parts')[1].textContent)")
    assert "activaciones" in page.locator(f"{VIEW} .c-results").text_content()


def test_the_keyboard_alone_is_enough(page, notebook):
    """Del modelo de partida al contexto con Tab; flechas en los números y en las listas; la celda no se mueve."""
    active = "() => window.jupyterapp.shell.currentWidget.content.activeCellIndex"
    cell = page.evaluate(active)
    field(page, "preset").focus()
    seen = []
    while "precision" not in seen and len(seen) < 20:
        page.keyboard.press("Tab")
        seen.append(page.evaluate("() => document.activeElement.dataset.name"))
        if seen[-1] == "layers":
            page.keyboard.press("ArrowUp")
            wait(page, "root.querySelector('[data-name=preset]').value === 'a medida'")
            assert field(page, "layers").input_value() == "33" and page.evaluate("() => document.activeElement.dataset.name") == "layers"
    assert seen[:3] == ["style", "layers", "width"] and seen[-1] == "precision"
    outline = page.evaluate("() => ['outlineStyle', 'outlineWidth'].map((name) => getComputedStyle(document.activeElement)[name]).join('')")
    assert outline == "solid3px"
    page.keyboard.press("ArrowDown")
    wait(page, "root.dataset.fits === 'yes'")
    assert field(page, "precision").input_value() == "int8"
    notebook.shot("calculator_keyboard", VIEW)
    assert page.evaluate(active) == cell


def test_what_is_not_valid_is_said_and_put_back(page, notebook):
    for name, value, words in (("width", "4097", "no se reparte entre 32 cabezas"), ("layers", "0", "«Capas» es un número entero"),
                               ("batch", "", "una casilla vacía")):  # fmt: skip
        good, total = field(page, name).input_value(), text(page, ".c-total")
        field(page, name).fill(value)
        wait(page, "root.querySelector('.c-status').textContent.includes(value)", words)
        assert field(page, name).get_attribute("aria-invalid") == "true" and text(page, ".c-total") == total
        if name == "width":
            notebook.shot("calculator_invalid", VIEW)
        field(page, name).blur()
        assert field(page, name).input_value() == good and field(page, name).get_attribute("aria-invalid") is None


def test_writing_fast_asks_once(page, notebook):
    notebook.count_messages()
    field(page, "layers").press_sequentially("0", delay=10)  # 32 → 320
    wait(page, "root.querySelector('[data-name=preset]').value === 'a medida'")
    assert page.evaluate("() => window.enviados") == 1


def test_python_moves_it(page, notebook):
    notebook.python("vista.set(layers=2, heads=5)")
    wait(page, "root.querySelector('[data-name=layers]').value === '2'")
    wait(page, "/5 cabezas/.test(root.querySelector('.c-status').textContent)")


def test_everything_has_a_name_and_keeps_its_keys(page):
    every = f"[...document.querySelectorAll('{VIEW} :is(input, select, button)')]"
    label, keeps = "one.labels?.[0]?.textContent ?? ''", "one.hasAttribute('data-lm-suppress-shortcuts')"
    named = page.evaluate(f"() => {every}.map((one) => [{label}, {keeps}])")
    assert len(named) == 16 and [one for one in named if not one[0].strip() or not one[1]] == []
    pieces, memory = (page.locator(f"{VIEW} .c-stack").nth(i).get_attribute("aria-label") for i in (0, 1))
    assert "feed-forward: 5.637 millones, 70 %" in pieces and "pesos, 16,1 GB" in memory
    assert page.locator(f"{VIEW} fieldset legend").count() == 2


@pytest.mark.parametrize("dark", [False, True], ids=["claro", "oscuro"])
def test_it_looks_well_in_both_themes(notebook, dark):
    notebook.looks_well(VIEW, "calculator", dark=dark)


def test_a_saved_notebook_without_kernel_shows_the_picture(notebook):
    assert "8.030.261.248 parámetros" in notebook.without_kernel("tamano.ipynb")


def test_nothing_left_the_machine_and_nothing_broke(notebook):
    assert notebook.outside == [] and notebook.errors == []
