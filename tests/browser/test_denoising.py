"""La tira de la nieve al dibujo en JupyterLab y Chromium: con ratón, con teclado y con nombres hostiles."""

from __future__ import annotations

import json

import pytest

from tests.browser.lab import wait_in
from tests.widgets.conftest import HOSTILE

pytestmark = pytest.mark.browser
VIEW = ".c-denoising"
TRAINING = """
import torch
def perdida(red, dibujos, clases):
    nieve, t = torch.randn_like(dibujos), flow.times(len(dibujos))
    return (red((1 - t) * nieve + t * dibujos, t, clases) - (dibujos - nieve)).square().mean()
for _ in flow.train(pintor, dibujos, clases, perdida, steps=60, batch=64):
    pass
"""


@pytest.fixture(scope="module")
def notebook(lab):
    """Un cuaderno con una tira con árbitro y otra, sin él, cuyas clases son código hostil."""
    path = lab.write(
        "nieve.ipynb",
        "from course_utils import drawings, flow, widgets\nfrom sklearn.naive_bayes import GaussianNB",
        "dibujos, clases = drawings.sample(200, seed=1)\nfilas = dibujos.reshape(200, -1)\narbitro = GaussianNB().fit(filas, clases)",
        "pintor = flow.painter(dibujos, drawings.CLASSES, width=32, depth=1)",
        TRAINING,
        "tira = widgets.denoising_strip(pintor, 'gato', seed=1, judge=arbitro.predict_proba)\ntira",
        f"hostil = flow.painter(dibujos, [{HOSTILE!r}, 'sol'], width=8, depth=1)\nwidgets.denoising_strip(hostil, samples=1)",
    )
    lab.open(path)
    lab.run_all()
    lab.page.wait_for_selector(f"{VIEW}[data-waiting=no] >> nth=1")
    return lab


@pytest.fixture
def page(notebook):
    """La página, con la primera tira como recién abierta."""
    notebook.python("tira.set(kind='gato', seed=1, moment=8)")
    wait(notebook.page, "root.dataset.chosen === 'gato' && root.dataset.seed === '1' && root.dataset.moment === '8'")
    return notebook.page


def wait(page, condition, argument=None):
    wait_in(page, VIEW, condition, argument)


def view(page, n=0):
    found = page.locator(VIEW).nth(n)
    found.scroll_into_view_if_needed()
    return found


def pixels(page, n=0):
    data = "one.getContext('2d').getImageData(0, 0, one.width, one.height).data"
    return page.locator(f"{VIEW} canvas").nth(n).evaluate(f"(one) => [...{data}].join()")


def spread(page):
    """Cuánto cambian los puntos de una imagen de uno al siguiente: mucho en la nieve, poco en un dibujo."""
    values = [int(value) for value in pixels(page).split(",")]
    return sum(abs(a - b) for a, b in zip(values, values[4:])) / len(values)


def test_the_slider_goes_from_snow_to_drawing_without_asking(page, notebook):
    slider = view(page).locator("input[type=range]")
    notebook.count_messages()
    slider.fill("0")
    snow = spread(page)
    assert "pura nieve" in view(page).locator(".c-sentence").text_content()
    slider.fill("16")
    assert spread(page) < snow / 3 and view(page).locator("output").text_content() == "t = 1,00"
    assert page.evaluate("() => window.enviados") == 0
    notebook.shot("nieve_raton", VIEW)


def test_the_judge_speaks_under_each_drawing(page):
    said = view(page).locator(".c-reading").all_text_contents()
    assert len(said) == 6 and all("%" in text for text in said)
    label = view(page).locator("canvas").first.get_attribute("aria-label")
    assert label.startswith("gato, dibujo 1: el árbitro ve ")


def test_another_class_and_another_snow(page):
    before = pixels(page)
    view(page).get_by_role("button", name="pez", exact=True).click()
    wait(page, "root.dataset.chosen === 'pez'")
    fish = pixels(page)
    assert fish != before and view(page).locator("[data-kind=pez]").get_attribute("aria-pressed") == "true"
    view(page).get_by_role("button", name="Otra nieve").click()
    wait(page, "root.dataset.seed === '2'")
    assert pixels(page) != fish and view(page).locator("output").text_content() == "t = 0,20"


def test_the_film_plays_to_the_end_and_can_be_stopped(page):
    play = view(page).get_by_role("button", name="Ver la película")
    play.click()
    wait(page, "Number(root.dataset.moment) > 9")
    view(page).get_by_role("button", name="Parar").click()
    stopped = view(page).get_attribute("data-moment")
    play.click()
    wait(page, "root.dataset.moment === '16' && root.textContent.includes('Ver la película')")
    assert 9 < int(stopped) < 16


def test_the_keyboard_alone_is_enough(page, notebook):
    active = "() => window.jupyterapp.shell.currentWidget.content.activeCellIndex"
    view(page).locator("[data-kind=gato]").focus()
    cell = page.evaluate(active)
    page.keyboard.press("ArrowRight")
    assert page.evaluate("() => document.activeElement.textContent") == "seta"
    page.keyboard.press("Enter")
    wait(page, "root.dataset.chosen === 'seta'")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.labels[0].textContent") == "Tiempo"
    page.keyboard.press("End")
    wait(page, "root.dataset.moment === '16'")
    page.keyboard.press("ArrowLeft")
    wait(page, "root.dataset.moment === '15'")
    assert page.evaluate("() => document.activeElement.getAttribute('aria-valuetext')").startswith("t = 0,")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Ver la película"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    wait(page, "root.dataset.seed === '2'")
    notebook.shot("nieve_teclado", VIEW)
    assert page.evaluate(active) == cell


def test_everything_has_a_name_and_keeps_its_keys(page):
    every = f"[...document.querySelectorAll('{VIEW} :is(input, button)')]"
    name = "one.labels?.[0]?.textContent || one.getAttribute('aria-label') || one.textContent"
    names = page.evaluate(f"() => {every}.map((one) => [{name}, one.hasAttribute('data-lm-suppress-shortcuts')])")
    assert len(names) > 15 and [name for name, keeps in names if not name.strip() or not keeps] == []


@pytest.mark.parametrize("dark", [False, True], ids=["claro", "oscuro"])
def test_it_looks_well_in_both_themes(notebook, dark):
    notebook.looks_well(VIEW, "nieve", dark=dark, widths=(700, 1100))


def test_hostile_names_are_shown_and_never_run(page):
    assert HOSTILE in view(page, 1).locator(".c-kinds").text_content()
    view(page, 1).get_by_role("button", name="Otra nieve").click()
    page.wait_for_selector(f"{VIEW}[data-seed='1'] >> nth=1")
    assert page.locator(".curso img, .curso script").count() == 0
    assert page.evaluate("() => window.hackeado") is None


def test_a_saved_notebook_keeps_the_picture(page, notebook):
    notebook.execute("docmanager:save")
    saved = json.loads((notebook.workspace / "notebooks" / "nieve.ipynb").read_text("utf-8"))
    assert "widgets" not in saved["metadata"] and all(len(json.dumps(cell["outputs"])) < 300_000 for cell in saved["cells"])
    assert "image/png" in saved["cells"][4]["outputs"][1]["data"]


def test_nothing_left_the_machine_and_nothing_broke(notebook):
    assert notebook.outside == [] and notebook.errors == []
