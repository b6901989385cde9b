"""El explorador de tokenizadores, el mapa de embeddings y las posiciones en JupyterLab: con ratón, con teclado y con texto hostil."""

from __future__ import annotations

import json

import pytest

from tests.browser.lab import wait_in
from tests.widgets.conftest import HOSTILE

pytestmark = pytest.mark.browser
EXPLORER, MAP, POSITIONS = ".c-tokenizers", ".c-embeddings", ".c-positions"
TEXT = "El ñu y la ñu 🦊"


@pytest.fixture(scope="module")
def notebook(lab, tiny_folder):
    """Un cuaderno con las tres vistas y, al final, dos con un token hostil."""
    path = lab.write(
        "lengua.ipynb",
        "from course_utils import models, widgets\nmodelo, traductor = models.load('decoder'), models.load('translator')",
        f"explorador = widgets.tokenizer_explorer(modelo, traductor, {TEXT!r})\nexplorador",
        "mapa = widgets.embedding_map(modelo, word='rana')\nmapa",
        "vista = widgets.positional_view(modelo, traductor)\nvista",
        f"from tests.widgets.conftest import HOSTILE, poison\nhostil = poison(models.load({str(tiny_folder)!r}), HOSTILE)",
        "widgets.tokenizer_explorer(hostil, text=HOSTILE)",
        "widgets.embedding_map(hostil, [HOSTILE])",
    )
    lab.open(path)
    lab.run_all()
    lab.page.wait_for_selector(f"{MAP}[data-waiting=no] >> nth=1")
    return lab


@pytest.fixture
def page(notebook):
    return notebook.page


def active(page, expression):
    return page.evaluate(f"() => document.activeElement.{expression}")


def write(page, text):
    page.locator(f"{EXPLORER} textarea").first.fill(text)
    words = "[...root.querySelectorAll('.c-panel:first-child .c-word')].map((one) => one.textContent)"
    wait_in(page, EXPLORER, f"root.dataset.waiting === 'no' && {words}.join('').replaceAll('␣', ' ') === value", text)


def test_typing_shows_pieces_ids_and_on_demand_their_bytes(page, notebook):
    write(page, "una ñu 🦊")
    fox = page.locator(f"{EXPLORER} .c-panel").first.locator(".c-piece").last
    assert fox.locator(".c-ids .c-part").count() == 4 and "c-split" in fox.get_attribute("class")
    assert not fox.locator(".c-bytes").is_visible()
    page.locator(EXPLORER).first.get_by_role("button", name="Ver los bytes").click()
    assert fox.locator(".c-bytes").inner_text().split() == ["F0", "9F", "A6", "8A"]
    fox.hover()
    assert "Parten una letra" in page.locator(f"{EXPLORER} .c-detail").first.text_content()
    assert not set("ĠÃ�") & set(page.locator(EXPLORER).first.inner_text())
    notebook.shot("tokenizadores_raton", EXPLORER)


def test_pieces_and_merges_by_keyboard_alone(page):
    cell = page.evaluate("() => window.jupyterapp.shell.currentWidget.content.activeCellIndex")
    page.locator(f"{EXPLORER} textarea").first.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("oso oso osa")
    wait_in(page, EXPLORER, "root.dataset.waiting === 'no' && root.querySelector('.c-summary').textContent.includes('3 palabras')")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert "c-piece" in active(page, "className")
    page.keyboard.press("End")
    assert active(page, "getAttribute('aria-label')") in page.locator(f"{EXPLORER} .c-detail").first.text_content()
    for _ in range(20):
        if active(page, "type") == "range":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    wait_in(page, EXPLORER, "root.querySelector('.c-caption').textContent.startsWith('Fusión 1 de')")
    assert page.locator(f"{EXPLORER} .c-new").count() == 3 and "Fusión 1" in active(page, "getAttribute('aria-valuetext')")
    page.keyboard.press("ArrowLeft")
    wait_in(page, EXPLORER, "root.querySelector('.c-caption').textContent.startsWith('Antes de empezar')")
    assert page.evaluate("() => window.jupyterapp.shell.currentWidget.content.activeCellIndex") == cell


def test_merges_of_a_tokenizer_by_mouse(page, notebook):
    first = page.locator(EXPLORER).first
    first.get_by_role("button", name="Las que ya sabe «decoder»").click()
    wait_in(page, EXPLORER, "root.querySelector('.c-caption').textContent.startsWith('Antes de empezar')")
    first.get_by_role("button", name="Al final").click()
    wait_in(page, EXPLORER, "root.querySelector('.c-caption').textContent.startsWith('Fusión')")
    pieces = first.locator(".c-panel").first.locator(".c-word").all_text_contents()
    assert set(pieces) == set(first.locator(".c-merged").all_text_contents())


@pytest.mark.parametrize(
    ("text", "sentence"), [("", "Sin texto no hay tokens"), ("zorra " * 500, "para 500 palabras"), ("a\x07b", "2 letras, 2 bytes")]
)
def test_nothing_much_and_control_characters(page, text, sentence):
    paste = "(box, text) => { box.value = text; box.dispatchEvent(new Event('input', { bubbles: true })); }"
    page.locator(f"{EXPLORER} textarea").first.evaluate(paste, text)
    wait_in(page, EXPLORER, "root.dataset.waiting === 'no' && root.querySelector('.c-summary').textContent.includes(value)", sentence)
    assert page.locator(f"{EXPLORER} textarea").first.input_value() == text


def test_a_click_on_the_map_shows_its_neighbours(page, notebook):
    page.locator(f"{MAP} .c-point", has_text="montaña").first.click()
    wait_in(page, MAP, "root.querySelector('.c-near-list .c-subtitle').textContent === 'Cerca de «montaña»'")
    assert page.locator(f"{MAP}").first.locator(".c-near-list .c-row").count() == 8
    page.locator(MAP).first.get_by_role("button", name="t-SNE").click()
    page.wait_for_selector(f"{MAP} [data-method=tsne][aria-pressed=true]", timeout=120_000)
    notebook.shot("mapa_tsne", MAP)
    page.locator(MAP).first.get_by_role("button", name="PCA").click()
    page.wait_for_selector(f"{MAP} [data-method=pca][aria-pressed=true]")


def test_the_map_by_keyboard_alone(page):
    box = page.locator(f"{MAP} input").first
    box.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("gata")
    page.keyboard.press("Enter")
    wait_in(page, MAP, "root.querySelector('.c-chosen')?.textContent === 'gata'")
    for _ in range(4):
        page.keyboard.press("Tab")
    assert active(page, "getAttribute('aria-label')") == "gata, la elegida"
    for key in ("ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    label = active(page, "textContent")
    assert label != "gata"
    page.keyboard.press("Enter")
    wait_in(page, MAP, "root.querySelector('.c-near-list .c-subtitle').textContent === `Cerca de «${value}»`", label)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    second = page.locator(f"{MAP} .c-near-list .c-row").nth(1).locator(".c-row-label").text_content()
    page.keyboard.press("Enter")
    wait_in(page, MAP, "root.querySelector('.c-near-list .c-subtitle').textContent.includes(value)", second.lstrip("-"))


def test_analogies_say_what_they_are_worth(page, notebook):
    root = page.locator(MAP).first
    root.get_by_role("button", name="¿Cuántas se cumplen").click()
    page.wait_for_selector(f"{MAP} .c-honest", timeout=120_000)
    root.get_by_role("button", name="Responder").click()
    wait_in(page, MAP, "root.querySelector('.c-worth').textContent.includes('con solo el vecino')")
    notebook.shot("mapa_analogias", MAP)
    root.get_by_label("Primera palabra").fill("murciélaga")
    root.get_by_label("Primera palabra").press("Enter")
    wait_in(page, MAP, "root.querySelector('.c-status').textContent.includes('solo valen palabras de un token')")


def position(page, name):
    return page.locator(f"{POSITIONS} input[data-name={name}]")


def test_positions_by_mouse(page, notebook):
    heat = page.locator(f"{POSITIONS} .c-heat").first
    heat.scroll_into_view_if_needed()
    box = heat.bounding_box()
    page.mouse.click(box["x"] + 50, box["y"] + box["height"] / 2)
    wait_in(page, POSITIONS, "/^La 6[345] y la 13/.test(root.querySelector('.c-sentence').textContent)")
    curve = page.locator(f"{POSITIONS} .c-curve").nth(1)
    box = curve.bounding_box()
    page.mouse.move(box["x"] + 10, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 40, steps=6)
    page.mouse.up()
    wait_in(page, POSITIONS, "root.querySelector('.c-sentence').textContent.includes('y la 127')")
    page.locator(POSITIONS).get_by_role("button", name="producto escalar").click()
    wait_in(page, POSITIONS, "root.querySelector('.c-sentence').textContent.includes('producto escalar')")
    notebook.shot("posiciones_raton", POSITIONS)


def test_positions_by_keyboard(page):
    position(page, "position").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    wait_in(page, POSITIONS, "root.querySelector('.c-sentence').textContent.startsWith('La 1 y')")
    assert active(page, "getAttribute('aria-valuetext')") == "posición 1"
    page.keyboard.press("Tab")
    page.keyboard.press("Home")
    wait_in(page, POSITIONS, "root.querySelector('.c-sentence').textContent.startsWith('La 1 y la 0')")


def test_the_heat_map_follows_the_theme(page, notebook):
    corner = "() => [...document.querySelector('.c-positions canvas').getContext('2d').getImageData(0, 0, 1, 1).data].join()"
    light = page.evaluate(corner)
    notebook.theme(dark=True)
    page.wait_for_function(f"(before) => ({corner})() !== before", arg=light)
    for name, selector in (("tokenizadores", EXPLORER), ("mapa", MAP), ("posiciones", POSITIONS)):
        notebook.shot(f"{name}_oscuro", selector)
    notebook.theme(dark=False)
    page.wait_for_function(f"(before) => ({corner})() === before", arg=light)


def test_python_moves_the_page(page, notebook):
    notebook.python("explorador.text = 'Hola, ñu'\nmapa.word = 'osa'\nvista.set(position=50)")
    wait_in(page, EXPLORER, "root.querySelector('textarea').value === 'Hola, ñu'")
    wait_in(page, MAP, "root.querySelector('.c-chosen')?.textContent === 'osa'")
    wait_in(page, POSITIONS, "root.querySelector('.c-sentence').textContent.startsWith('La 50')")


def test_everything_has_a_name_and_keeps_its_keys(page):
    name = "one.labels?.[0]?.textContent || one.getAttribute('aria-label') || one.textContent"
    every = "[...document.querySelectorAll('.curso :is(input, textarea, button, [role=option])')]"
    found = page.evaluate(f"() => {every}.map((one) => [one.outerHTML, {name}, one.closest('[data-lm-suppress-shortcuts]') === one])")
    assert len(found) > 300 and [html for html, text, keeps in found if not (text.strip() and keeps)] == []
    assert page.evaluate("() => document.querySelector('.c-positions canvas').getAttribute('aria-label')").startswith("Mapa de calor")


def test_hostile_tokens_are_shown_and_never_run(page, notebook):
    assert HOSTILE.replace(" ", "␣") in page.locator(EXPLORER).nth(1).locator(".c-word").all_text_contents()
    page.locator(EXPLORER).nth(1).locator(".c-piece").first.hover()
    assert page.locator(MAP).nth(1).locator(".c-point").first.text_content() == HOSTILE
    assert page.locator(".curso img, .curso script").count() == 0 and page.evaluate("() => window.hackeado") is None


def test_a_saved_notebook_without_kernel_shows_the_pictures(page, notebook):
    notebook.execute("docmanager:save")
    saved = json.loads((notebook.workspace / "notebooks" / "lengua.ipynb").read_text("utf-8"))
    assert "widgets" not in saved["metadata"] and all(len(json.dumps(cell["outputs"])) < 300_000 for cell in saved["cells"])
    assert [len(cell["outputs"]) for cell in saved["cells"][1:4]] == [3, 3, 3]
    assert all("image/png" in cell["outputs"][1]["data"] for cell in saved["cells"][1:4])


def test_nothing_left_the_machine_and_nothing_broke(notebook):
    assert notebook.outside == [] and notebook.errors == []
