"""El constructor de prompts en JupyterLab y Chromium: con ratón, con teclado y con valores que no valen."""

from __future__ import annotations

import pytest

from tests.browser.lab import wait_in

pytestmark = pytest.mark.browser
VIEW = ".c-builder"


@pytest.fixture(scope="module")
def notebook(lab):
    """Un cuaderno con un constructor."""
    path = lab.write(
        "prompts.ipynb",
        "from course_utils import models, widgets",
        "vista = widgets.prompt_builder(models.load('in_context'), shots=6)\nvista",
    )
    lab.open(path)
    lab.run_all()
    lab.page.wait_for_function(f"() => document.querySelectorAll('{VIEW} .c-answers li').length === 5")
    return lab


@pytest.fixture
def page(notebook):
    """La página, con el constructor como recién abierto."""
    notebook.python("vista.set(shots=6, labels=3, template='la suya', kind='de siempre', wrong=0, task=1)")
    wait(notebook.page, "root.querySelector('[data-name=task]').value === '1'")
    wait(notebook.page, "root.querySelector('.c-prompt').textContent.split('\\n').length === 7")
    return notebook.page


def field(page, name):
    return page.locator(f"{VIEW} [data-name={name}]")


def wait(page, condition, argument=None):
    settled = f"root.dataset.waiting !== 'yes' && ({condition})"
    wait_in(page, VIEW, settled, argument)


def text(page, selector):
    return page.locator(f"{VIEW} {selector}").first.text_content()


def test_the_mouse_changes_the_template_and_the_task(page, notebook):
    assert page.locator(VIEW).get_attribute("data-right") == "yes" and "20 tokens" in text(page, ".c-tokens")
    notebook.shot("builder_mouse", VIEW)
    field(page, "template").select_option("flecha")
    wait(page, "root.querySelector('.c-prompt').textContent.includes('→') && root.dataset.right === 'no'")
    field(page, "template").select_option("la suya")
    field(page, "another").click()
    wait(page, "root.querySelector('[data-name=task]').value === '2'")
    before = text(page, ".c-prompt")
    field(page, "shuffle").click()
    wait(page, "root.querySelector('.c-prompt').textContent !== value", before)
    assert sorted(text(page, ".c-prompt").split("\n")) == sorted(before.split("\n"))


def test_the_keyboard_alone_is_enough(page, notebook):
    active = "() => window.jupyterapp.shell.currentWidget.content.activeCellIndex"
    cell = page.evaluate(active)
    field(page, "shots").focus()
    page.keyboard.press("ArrowDown")
    wait(page, "root.querySelector('.c-prompt').textContent.split('\\n').length === 6")
    seen = []
    while "another" not in seen and len(seen) < 12:
        page.keyboard.press("Tab")
        seen.append(page.evaluate("() => document.activeElement.dataset.name"))
    assert seen == ["labels", "template", "kind", "wrong", "task", "another"]
    page.keyboard.press("Enter")
    wait(page, "root.querySelector('[data-name=task]').value === '2'")
    notebook.shot("builder_keyboard", VIEW)
    assert page.evaluate(active) == cell


def test_what_is_not_valid_is_said_and_put_back(page):
    field(page, "wrong").fill("9")
    wait(page, "/no se pueden equivocar 9/.test(root.querySelector('.c-status').textContent)")
    assert field(page, "wrong").get_attribute("aria-invalid") == "true"
    field(page, "wrong").blur()
    assert field(page, "wrong").input_value() == "0"


def test_everything_has_a_name_and_keeps_its_keys(page):
    every = f"[...document.querySelectorAll('{VIEW} :is(input, select, button)')]"
    label, keeps = "one.labels?.[0]?.textContent || one.textContent", "one.hasAttribute('data-lm-suppress-shortcuts')"
    named = page.evaluate(f"() => {every}.map((one) => [{label}, {keeps}])")
    assert len(named) == 8 and [one for one in named if not one[0].strip() or not one[1]] == []
    assert "intervalo del 95" in page.locator(f"{VIEW} .c-gauge").get_attribute("aria-label")


@pytest.mark.parametrize("dark", [False, True], ids=["claro", "oscuro"])
def test_it_looks_well_in_both_themes(notebook, dark):
    notebook.looks_well(VIEW, "builder", dark=dark, widths=(420, 1100))


def test_a_saved_notebook_without_kernel_shows_the_picture(notebook):
    assert "Constructor de prompts" in notebook.without_kernel("prompts.ipynb")


def test_nothing_left_the_machine_and_nothing_broke(notebook):
    assert notebook.outside == [] and notebook.errors == []
