"""La vista de atención y el viaje de un token en JupyterLab y Chromium: con ratón, con teclado y con tokens hostiles."""

from __future__ import annotations

import pytest

from tests.browser.lab import ROOT as ROOT_FOLDER
from tests.browser.lab import wait_in
from tests.widgets.conftest import HOSTILE

pytestmark = pytest.mark.browser
VIEW, JOURNEY = ".c-attention", ".c-journey"
TEXT = "Había una vez una zorra"


@pytest.fixture(scope="module")
def notebook(lab, model_folder, tiny_folder):
    """Un cuaderno con las dos vistas, una traducción y las dos con código hostil."""
    translator = ROOT_FOLDER / "models" / "translator"
    path = lab.write(
        "dentro.ipynb",
        f"from course_utils import models, widgets\nmodelo = models.load({str(model_folder)!r})",
        f"vista = widgets.attention_view(modelo, {TEXT!r}, layer=1, head=2)\nvista",
        f"viaje = widgets.token_journey(modelo, {TEXT!r})\nviaje",
        f"widgets.attention_view(models.load({str(translator)!r}), 'El gato negro duerme.')",
        f"from tests.widgets.conftest import HOSTILE, poison\nhostil = poison(models.load({str(tiny_folder)!r}), HOSTILE)",
        "widgets.attention_view(hostil, HOSTILE)",
        "widgets.token_journey(hostil, HOSTILE)",
    )
    lab.open(path)
    lab.run_all()
    lab.page.wait_for_function(f"() => document.querySelectorAll('{VIEW}:has(.c-head)').length === 3")
    lab.page.wait_for_function(f"() => document.querySelectorAll('{JOURNEY}:has(.c-level)').length === 2")
    return lab


@pytest.fixture
def page(notebook):
    """La página, con la primera vista como recién abierta."""
    box = view(notebook.page).locator("textarea")
    if box.input_value() != TEXT:
        write(notebook.page, TEXT)
    notebook.python("vista.show(layer=1, head=2)")
    wait_in(notebook.page, VIEW, "root.querySelector('.c-head[aria-pressed=true]').getAttribute('aria-label') === 'capa 1, cabeza 2'")
    return notebook.page


def view(page, root=VIEW, n=0):
    found = page.locator(root).nth(n)
    found.scroll_into_view_if_needed()
    return found


def write(page, text, root=VIEW):
    """Cambia el texto, como al pegar, y espera a que la vista se ponga al día."""
    paste = "(box, text) => { box.value = text; box.dispatchEvent(new Event('input', { bubbles: true })); }"
    before = view(page, root).locator(".c-strip").first.text_content()
    view(page, root).locator("textarea").first.evaluate(paste, text)
    changed = "root.querySelector('.c-strip').textContent !== value"
    refused = "/acórtalo/.test(root.querySelector('.c-status').textContent)"
    wait_in(page, root, f"root.dataset.waiting === 'no' && ({changed} || {refused})", before)


def sentence(page, root=VIEW, n=0):
    return view(page, root, n).locator(".c-sentence").text_content()


def ink(page, selector=f"{VIEW} .c-map"):
    """Los píxeles de un lienzo, en un número que cambia si cambia el dibujo."""
    data = "one.getContext('2d').getImageData(0, 0, one.width, one.height).data"
    digest = "reduce((sum, part, i) => (sum * 31 + part * (i % 97)) % 1000003, 7)"
    return page.locator(selector).first.evaluate(f"(one) => {data}.{digest}")


def test_the_mouse_over_a_token_says_whom_it_looks_at(page, notebook):
    tokens = view(page).locator(".c-strip").first.locator(".c-token")
    tokens.nth(3).hover()
    wait_in(page, VIEW, "root.querySelector('.c-sentence').textContent.startsWith('«vez» mira sobre todo a')")
    assert "%" in sentence(page) and "c-looked" in tokens.nth(3).get_attribute("class")
    assert "c-unseen" in tokens.nth(4).get_attribute("class"), "lo que viene después no se ve"
    assert tokens.nth(3).get_attribute("aria-label") == sentence(page)
    notebook.shot("attention_mouse", VIEW)


def test_the_mouse_over_the_map_picks_the_row(page):
    frame = view(page).locator(".c-frame").bounding_box()
    rows = view(page).locator(".c-axis-rows span").count()
    page.mouse.move(frame["x"] + 20, frame["y"] + 1.5 * frame["height"] / rows)
    wait_in(page, VIEW, "root.querySelector('.c-sentence').textContent.startsWith('«Había» mira')")


def test_a_click_on_a_small_map_and_the_lists_change_the_head(page):
    view(page).locator(".c-strip").first.locator(".c-token").last.hover()  # en los primeros tokens dos cabezas pueden decir lo mismo
    before, said = ink(page), sentence(page)
    view(page).get_by_role("button", name="capa 0, cabeza 1").click()
    assert ink(page) != before and sentence(page) != said
    layer, head = (view(page).get_by_label(name, exact=True) for name in ("Capa", "Cabeza"))
    assert (layer.input_value(), head.input_value()) == ("0", "1")
    head.select_option("3")
    assert view(page).locator(".c-head[aria-pressed=true]").get_attribute("aria-label") == "capa 0, cabeza 3"


def test_the_keyboard_alone_is_enough(page, notebook):
    """Texto, capa, cabeza, tokens y mapas pequeños, con Tab y las flechas, sin salir de la celda."""
    active = "() => window.jupyterapp.shell.currentWidget.content.activeCellIndex"
    cell = page.evaluate(active)
    view(page).locator("textarea").focus()
    for name in ("Capa", "Cabeza"):
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.activeElement.labels[0].textContent") == name
    page.keyboard.press("ArrowDown")
    wait_in(page, VIEW, "root.querySelector('.c-head[aria-pressed=true]').getAttribute('aria-label') === 'capa 1, cabeza 3'")
    page.keyboard.press("Tab")
    assert "c-token" in page.evaluate("() => document.activeElement.className")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert sentence(page).startswith("«Había» mira")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.getAttribute('aria-label')") == "capa 1, cabeza 3"
    outline = page.evaluate("() => ['outlineStyle', 'outlineWidth'].map((name) => getComputedStyle(document.activeElement)[name]).join('')")
    assert outline == "solid3px"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    pressed = "() => document.activeElement.getAttribute('aria-pressed') + ' ' + document.activeElement.title"
    assert page.evaluate(pressed) == "true capa 0, cabeza 2"
    notebook.shot("attention_keyboard", VIEW)
    assert page.evaluate(active) == cell


def test_looking_around_asks_the_kernel_nothing(page, notebook):
    notebook.count_messages()
    for token in view(page).locator(".c-strip .c-token").all():
        token.hover()
    for head in view(page).locator(".c-head").all()[:6]:
        head.click()
    assert page.evaluate("() => window.enviados") == 0


def test_another_text_brings_other_weights(page):
    before = ink(page)
    write(page, "La rana duerme")
    assert ink(page) != before and "rana" in view(page).locator(".c-strip").first.text_content()


def test_too_long_a_text_is_explained_and_one_token_is_not_an_error(page):
    write(page, "una " * 500)
    assert "acórtalo" in view(page).locator(".c-status").text_content()
    assert view(page).locator(".c-strip .c-token").count() > 4, "lo de antes sigue ahí"
    view(page).locator("textarea").fill("")
    wait_in(page, VIEW, "root.querySelectorAll('.c-strip:not([hidden]) .c-token').length === 1")
    assert "un solo token" in view(page).locator(".c-status").text_content()


def test_cross_attention_has_two_strips_and_three_maps(page, notebook):
    translated = view(page, VIEW, 1)
    tabs = translated.locator(".c-tabs button")
    assert tabs.all_text_contents() == ["Codificador", "Decodificador", "Atención cruzada"]
    asks, looked = translated.locator(".c-strip").nth(0), translated.locator(".c-strip").nth(1)
    asks.locator(".c-token").nth(1).hover()
    said = f"document.querySelectorAll('{VIEW}')[1].querySelector('.c-sentence').textContent"
    page.wait_for_function(f"() => /para escribir «.+», mira/.test({said})")
    assert "%" in looked.text_content() and "%" not in asks.text_content()
    notebook.shot("attention_cross", f":nth-match({VIEW}, 2)")
    tabs.nth(0).focus()
    page.keyboard.press("Enter")
    assert not looked.is_visible() and "para escribir" not in sentence(page, VIEW, 1)
    assert page.evaluate("() => document.activeElement.textContent") == "Codificador"


def test_the_journey_follows_the_token_by_mouse_and_by_keyboard(page, notebook):
    tokens = view(page, JOURNEY).locator(".c-token")
    tokens.nth(2).hover()
    wait_in(page, JOURNEY, "root.dataset.position === '2'")
    assert sentence(page, JOURNEY).startswith("Al leer «una» la respuesta es")
    before = view(page, JOURNEY).locator(".c-tower").text_content()
    tokens.nth(2).focus()
    page.keyboard.press("ArrowRight")
    wait_in(page, JOURNEY, "root.dataset.position === '3'")
    after = view(page, JOURNEY).locator(".c-tower").text_content()
    assert after != before and "entrada" in after and "red feed-forward" in after
    assert view(page, JOURNEY).locator(".c-level").last.get_attribute("class").endswith("c-settled")
    page.keyboard.press("End")
    notebook.shot("journey_keyboard", JOURNEY)
    write(page, "La rana", JOURNEY)
    assert "rana" in view(page, JOURNEY).locator(".c-strip").text_content()
    notebook.python("viaje.show(0)")
    wait_in(page, JOURNEY, "root.dataset.position === '0'")


def test_everything_has_a_name_and_keeps_its_keys(page):
    for root in (VIEW, JOURNEY):
        every = f"[...document.querySelectorAll('{root} :is(input, textarea, button, select, [role=button])')]"
        name = "one.labels?.[0]?.textContent || one.getAttribute('aria-label') || one.textContent"
        names = page.evaluate(f"() => {every}.map((one) => [{name}, one.hasAttribute('data-lm-suppress-shortcuts')])")
        assert len(names) > 5 and [name for name, keeps in names if not name.strip() or not keeps] == []


@pytest.mark.parametrize("dark", [False, True], ids=["claro", "oscuro"])
def test_they_look_well_in_both_themes(page, notebook, dark):
    before = ink(page)
    notebook.theme(dark=dark)
    for width in (700, 1100):
        page.set_viewport_size({"width": width + 380, "height": 1300})
        for root in (VIEW, JOURNEY):
            assert view(page, root).evaluate("(one) => one.scrollWidth <= one.clientWidth + 1")
            notebook.shot(f"{root[3:]}_{width}_{'oscuro' if dark else 'claro'}", root)
    assert (ink(page) != before) == dark, "el mapa se repinta con los colores del tema"
    notebook.theme(dark=False)
    page.set_viewport_size({"width": 1480, "height": 1200})


def test_hostile_tokens_are_shown_and_never_run(page, notebook):
    attention, journey = view(page, VIEW, 2), view(page, JOURNEY, 1)
    for root in (attention, journey):
        assert HOSTILE in root.locator(".c-strip").first.text_content().replace("␣", " ")
        root.locator(".c-token").last.hover()
    assert HOSTILE in journey.locator(".c-sentence").text_content().replace("␣", " ")
    assert page.locator(".curso img, .curso script").count() == 0
    assert page.evaluate("() => window.hackeado") is None
    notebook.shot("hostile_attention", f":nth-match({VIEW}, 3)")


def test_a_saved_notebook_without_kernel_shows_the_pictures(notebook):
    assert "capa 1, cabeza 2" in notebook.without_kernel("dentro.ipynb")


def test_nothing_left_the_machine_and_nothing_broke(notebook):
    assert notebook.outside == [] and notebook.errors == []
