"""La vista de atención frente a bertviz: lo que pesa la misma atención y lo que tarda en verse en Chromium, sin red.

bertviz no está en las listas del curso: se instala con pip, solo para medir, en una carpeta que luego se borra (o se toma de la
que diga la variable BERTVIZ). Sin él, la medida se salta.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import torch
from comparing import Comparison, report
from run import SKIPPED
from transformers import BertConfig, BertForMaskedLM, GPT2Config, GPT2LMHeadModel

from course_utils import inspection, models, theme, tokens, widgets
from course_utils.inspection import Attention
from course_utils.microworld import stories
from tests.browser import lab as machinery
from tests.browser import test_outside_lab as outside

VERSION = "1.4.1"
ROUNDS = 9
OPEN = f"""async (given) => {{
    const start = performance.now();
    await ({outside.HARNESS})(given);
    const root = document.querySelector(".c-attention");
    while (!root.querySelector(".c-head canvas")?.width) await new Promise((done) => setTimeout(done, 1));
    root.getBoundingClientRect();
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
    return performance.now() - start;
}}"""
TOUCH = """([selector, kind]) => {
    const all = [...document.querySelectorAll(selector)], root = document.querySelector(".c-attention"), times = [];
    for (const one of all.slice(-40)) {
        const start = performance.now();
        one.dispatchEvent(new MouseEvent(kind));
        root.getBoundingClientRect();
        times.push(performance.now() - start);
    }
    return times;
}"""


def main(folder: Path) -> None:
    install(folder)
    one_way = {"n_layer": 12, "n_head": 12, "n_embd": 192, "bos_token_id": 0, "eos_token_id": 0}
    big = random_model(GPT2LMHeadModel, GPT2Config(vocab_size=models.load("decoder").vocab_size, **one_way))
    two_way = {"num_hidden_layers": 12, "num_attention_heads": 12, "hidden_size": 192, "intermediate_size": 768}
    both = random_model(BertForMaskedLM, BertConfig(vocab_size=big.vocab_size, **two_way))
    cases = {
        "GPT-2 al azar, 12 × 12 × 64 tokens": (looked(big, 64), 50),
        "BERT al azar (nadie tapado), 12 × 12 × 64 tokens": (looked(both, 64), None),
        "decoder, 4 × 6 × 64 tokens": (looked(models.load("decoder"), 64), None),
    }
    rows = [Comparison(case, ours(found) / 1000, theirs(found) / 1000, "kB", aim) for case, (found, aim) in cases.items()]
    note = (
        "Lo nuestro: el paquete de bytes y los datos que lo rotulan. Lo de bertviz: el HTML de `head_view` (el de `model_view` pesa lo "
        "mismo)."
    )
    report("Lo que pesa la atención", "attention_view", f"bertviz {VERSION}", rows, notes=(note, *in_browser(big, looked(big, 64))))


def install(folder: Path) -> None:
    """Deja bertviz a mano, o se va diciendo por qué no."""
    place = os.environ.get("BERTVIZ", str(folder))
    if "BERTVIZ" not in os.environ:
        order = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", place, f"bertviz=={VERSION}"]
        if subprocess.run(order, stdout=subprocess.DEVNULL).returncode:
            print(f"Se salta: pip no puede traer bertviz {VERSION}; instálalo y pon su carpeta en BERTVIZ.", file=sys.stderr)
            sys.exit(SKIPPED)
    sys.path.append(place)


def random_model(build: type, config: object) -> models.LanguageModel:
    """Una red con pesos al azar y el tokenizador del decodificador de bolsillo."""
    torch.manual_seed(0)
    return replace(models.load("decoder"), name="al azar", model=build(config).eval())


def looked(language_model: models.LanguageModel, size: int) -> Attention:
    """La atención de los `size` primeros tokens de un cuento largo."""
    text = " ".join(stories.sample(4, seed=0))
    (found,) = inspection.attention(language_model, tokens.ids(language_model.tokenizer, text)[:size]).values()
    return found


def ours(found: Attention) -> int:
    """Los bytes que viajan al navegador."""
    view = widgets.attention_view(found)
    return len(view.packet()) + len(json.dumps(view.current()).encode())


def theirs(found: Attention) -> int:
    return len(bertviz_page(found).encode())


def bertviz_page(found: Attention) -> str:
    from bertviz import head_view

    layers = [torch.from_numpy(layer)[None] for layer in found.weights]
    return head_view(layers, list(found.queries), html_action="return").data


def in_browser(big: models.LanguageModel, found: Attention) -> tuple[str, ...]:
    """Una frase con lo que tarda en Chromium y otra con lo que pide cada uno fuera de la máquina; nada, si no hay Chromium."""
    chromium = machinery.find_chromium()
    if chromium is None:
        return ()
    with machinery.launch(chromium) as browser:
        sizes = {64: timed(browser, found), 128: timed(browser, looked(big, 128))}
        asked = requests(browser, bertviz_page(found))
    times = "; ".join(f"con {size} tokens, {' / '.join(theme.number(one, 1) for one in found)} ms" for size, found in sizes.items())
    return (
        f"En Chromium, 12 × 12 cabezas: el primer pintado / pasar a otro token / cambiar de cabeza tardan (primer cuartil), {times}. "
        "Nada de ello pregunta al kernel ni sale de la máquina.",
        f"Sin red, bertviz pide {asked} y se queda en blanco.",
    )


def timed(browser: object, found: Attention) -> tuple[float, float, float]:
    """Los milisegundos del primer pintado, de pasar a otro token y de cambiar de cabeza: el primer cuartil, que el ruido no toca."""
    paints, hovers, changes = [], [], []
    for _ in range(ROUNDS):
        page, widget = browser.new_page(viewport={"width": 1200, "height": 1200}), widgets.attention_view(found)
        page.expose_function("answer", lambda message, widget=widget: outside.split(widget.answer(message)))
        paints.append(page.evaluate(OPEN, outside.sent("attention_view", widget)))
        hovers += page.evaluate(TOUCH, [".c-strip .c-token", "mouseenter"])
        changes += page.evaluate(TOUCH, [".c-head", "click"])
        page.close()
    return tuple(statistics.quantiles(times, n=4)[0] for times in (paints, hovers, changes))


def requests(browser: object, html: str) -> str:
    """Las direcciones de fuera que pide una página, contadas y con el nombre de sus servidores."""
    page, asked = browser.new_page(), []
    page.route("**/*", lambda route: route.abort())
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(html)
    page.wait_for_timeout(500)
    page.close()
    hosts = sorted({url.split("/")[2] for url in asked})
    files = "un fichero" if len(asked) == 1 else f"{len(asked)} ficheros"
    return f"{files} a {' y '.join(hosts) or 'nadie'}"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        main(Path(name))
