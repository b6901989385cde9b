"""El explorador de rangos en JupyterLab y Chromium: con ratón, con teclado y movido desde Python."""

from __future__ import annotations

import pytest

from tests.browser.lab import wait_in

pytestmark = pytest.mark.browser
VIEW = ".c-ranks"


@pytest.fixture(scope="module")
def notebook(lab):
    """Un cuaderno con un explorador."""
    path = lab.write("rangos.ipynb", "from course_utils import widgets", "vista = widgets.rank_explorer()\nvista")
    lab.open(path)
    lab.run_all()
    lab.page.wait_for_function(f"() => document.querySelectorAll('{VIEW} .c-rank').length === 6")
    return lab


@pytest.fixture
def page(notebook):
    """La página, con el explorador como recién abierto."""
    notebook.python("vista.set(place='todas', rank=8)")
    wait(notebook.page, "root.querySelector('.c-summary').textContent.startsWith('Rango 8 en todas')")
    return notebook.page


def wait(page, condition, argument=None):
    wait_in(page, VIEW, f"root.dataset.waiting !== 'yes' && ({condition})", argument)


def chosen(page):
    return page.locator(f"{VIEW} .c-rank[aria-pressed=true]").evaluate_all("(all) => all.map((one) => one.dataset.rank)")


def test_the_mouse_chooses_a_rank_and_a_place(page):
    page.locator(f"{VIEW} [data-rank='2']").click()
    wait(page, "root.querySelector('.c-summary').textContent.startsWith('Rango 2 en todas')")
    assert chosen(page) == ["2"]
    page.locator(f"{VIEW} [data-place=atención]").click()
    wait(page, "root.querySelector('.c-summary').textContent.startsWith('Rango 2 en atención')")
    assert "8 matrices" in page.locator(f"{VIEW} .c-where").text_content()
    assert page.locator(f"{VIEW} [data-place=atención]").get_attribute("aria-pressed") == "true"


def test_the_keyboard_alone_is_enough(page):
    page.locator(f"{VIEW} [data-place=feed-forward]").press(" ")
    wait(page, "root.querySelector('.c-summary').textContent.startsWith('Rango 8 en feed-forward')")
    page.keyboard.press("Tab")
    while "c-rank" not in (page.evaluate("() => document.activeElement.className") or ""):
        page.keyboard.press("Tab")
    page.keyboard.press("Home")
    wait(page, "root.querySelector('.c-summary').textContent.startsWith('Rango 1 en feed-forward')")
    page.keyboard.press("ArrowDown")
    wait(page, "root.querySelector('.c-summary').textContent.startsWith('Rango 2 en feed-forward')")
    page.keyboard.press("End")
    wait(page, "root.querySelector('.c-summary').textContent.startsWith('Rango 32 en feed-forward')")
    assert chosen(page) == ["32"]


def test_python_moves_it_and_what_is_not_valid_is_said(page, notebook):
    notebook.python("vista.set(place='atención', rank=4)")
    wait(page, "root.querySelector('.c-summary').textContent.startsWith('Rango 4 en atención')")
    notebook.python("vista.set(rank='<img src=x onerror=window.hackeado=1>')")
    wait(page, "/no está medido/.test(root.querySelector('.c-status').textContent)")
    assert page.evaluate("() => window.hackeado") is None and page.locator(f"{VIEW} img").count() == 0
    assert chosen(page) == ["4"]


def test_everything_has_a_name_and_keeps_its_keys(page):
    every = f"[...document.querySelectorAll('{VIEW} button')]"
    label, keeps = "one.getAttribute('aria-label') ?? one.textContent", "one.hasAttribute('data-lm-suppress-shortcuts')"
    named = page.evaluate(f"() => {every}.map((one) => [{label}, {keeps}])")
    assert len(named) == 9 and [one for one in named if not one[0].strip() or not one[1]] == []


@pytest.mark.parametrize("dark", [False, True], ids=["claro", "oscuro"])
def test_it_looks_well_in_both_themes(notebook, dark):
    notebook.looks_well(VIEW, "ranks", dark=dark)


def test_a_saved_notebook_without_kernel_shows_the_picture(notebook):
    assert "Rango 8 en todas" in notebook.without_kernel("rangos.ipynb")


def test_nothing_left_the_machine_and_nothing_broke(notebook):
    assert notebook.outside == [] and notebook.errors == []
