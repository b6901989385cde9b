"""Los widgets fuera de JupyterLab: una página desnuda con el mismo módulo y un kernel de mentira que contesta con el de verdad."""

from __future__ import annotations

import base64
import json

import pytest

from course_utils import widgets
from course_utils.widgets import assets

pytestmark = pytest.mark.browser
NAMES = {
    "sampling_playground": ".c-playground",
    "next_token_explorer": ".c-explorer",
    "attention_view": ".c-attention",
    "token_journey": ".c-journey",
}
HARNESS = """async ([module, sheet, snapshot, payload]) => {
    const bytes = (text) => new DataView(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
    document.head.append(Object.assign(document.createElement("style"), { textContent: sheet }));
    const listeners = [];
    const model = {
        get: (name) => (name === "payload" ? bytes(payload) : snapshot),
        on: (_, listener) => listeners.push(listener),
        off: () => {},
        send: async (message) => {
            const [reply, buffers] = window.mute ? [] : await window.answer(message);
            if (reply) listeners.forEach((listener) => listener({ ...reply, seq: message.seq, view: message.view }, buffers.map(bytes)));
        },
    };
    const url = URL.createObjectURL(new Blob([module], { type: "text/javascript" }));
    (await import(url)).default.render({ model, el: document.body });
}"""


@pytest.fixture(params=NAMES)
def bare(request, browser, tiny):
    """Una página con un solo widget: (página, selector)."""
    widget = getattr(widgets, request.param)(tiny, "Había una vez")
    context = browser.new_context(viewport={"width": 900, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.expose_function("answer", lambda message: split(widget.answer(message)))
    page.evaluate(HARNESS, sent(request.param, widget))
    page.wait_for_selector(f"{NAMES[request.param]} :is(li, .c-token)")
    yield page, NAMES[request.param]
    assert page.errors == []
    context.close()


def sent(name, widget):
    """Lo que recibe una página al abrir un widget: su módulo, su hoja de estilo, su estado y, si los tiene, sus bytes."""
    packet = widget.packet() if hasattr(widget, "packet") else b""
    return [assets.module(name), assets.stylesheet(name), json.loads(json.dumps(widget.current())), base64.b64encode(packet).decode()]


def split(reply):
    """Una respuesta y, aparte, los bytes que la acompañan."""
    buffers = reply.pop("buffers", [])
    return reply, [base64.b64encode(one).decode() for one in buffers]


def brightness(page, selector, name):
    return page.locator(selector).evaluate(
        f"(one) => getComputedStyle(one).{name}.match(/[0-9.]+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0)"
    )


def test_the_system_theme_rules_where_there_is_no_other(bare):
    page, selector = bare
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert (brightness(page, selector, "color") > brightness(page, selector, "backgroundColor")) == (scheme == "dark")


@pytest.mark.parametrize("mark", ["data-jp-theme-light=true", "class=vscode-light", "theme=light"])
def test_the_theme_of_the_notebook_beats_that_of_the_system(bare, mark):
    page, selector = bare
    page.emulate_media(color_scheme="dark")
    page.evaluate("([name, value]) => document.body.setAttribute(name, value)", mark.split("="))
    assert brightness(page, selector, "color") < brightness(page, selector, "backgroundColor")


def test_a_kernel_that_does_not_answer_is_said_and_then_forgotten(bare):
    page, selector = bare
    page.wait_for_selector(f"{selector}[data-waiting=no]")
    page.evaluate("() => { window.mute = true; }")
    page.locator(f"{selector} textarea").fill("Cuando salió el sol")
    page.wait_for_function(
        "(root) => /kernel está ocupado o parado/.test(document.querySelector(`${root} .c-status`).textContent)", arg=selector
    )
    assert page.locator(f"{selector} textarea").input_value() == "Cuando salió el sol"


def test_it_fits_a_narrow_page(bare):
    page, selector = bare
    for width in (360, 560, 900):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
        edges = "(root) => [root, ...root.querySelectorAll('.c-value')].map((one) => one.getBoundingClientRect().right)"
        root, *values = page.locator(selector).evaluate(edges)
        assert max(values, default=0) <= root
