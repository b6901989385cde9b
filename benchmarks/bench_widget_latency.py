"""Mover un mando del taller de muestreo frente a `interact` con matplotlib: lo que tarda en verse, en JupyterLab y Chromium.

Los dos enseñan el mismo reparto en la misma página y se mueven por turnos. El reloj corre dentro del navegador: desde el
gesto hasta que lo nuevo está en la página y colocado (en `interact`, hasta que la imagen está descodificada).
"""

from __future__ import annotations

import io
import itertools
import json
import statistics
import sys
import tempfile
from pathlib import Path

from comparing import Comparison, by_turns, report

from tests.browser import lab as machinery

CONTEXT = "Había una vez una"
PREPARE = """
import ipywidgets, matplotlib.pyplot as plt
from course_utils import generation, models, tokens, widgets
%matplotlib inline
modelo = models.load({model!r})
contexto = {context!r}
logits = generation.next_logits(modelo, contexto)
"""
OURS = "taller = widgets.sampling_playground(modelo, contexto)\ntaller"
CHART = """
def dibuja(T=0.8):
    antes, despues = generation.distribution(logits), generation.distribution(logits, temperature=T)
    ids = antes.topk(10).indices
    nombres = [tokens.label(modelo.tokenizer, int(i)) for i in ids]
    figura, (izquierda, derecha) = plt.subplots(1, 2, sharey=True, figsize=(8, 4))
    izquierda.barh(nombres, antes[ids])
    derecha.barh(nombres, despues[ids])
    izquierda.invert_yaxis()
"""
THEIRS = (
    CHART
    + """
    plt.show()

ipywidgets.interact(dibuja, T=(0.05, 2.0, 0.05));
"""
)
MOVE_OURS = """(key) => new Promise((done) => {
    const root = document.querySelector(".c-playground"), slider = root.querySelector("[data-name=temperature]");
    const values = () => [...root.querySelectorAll("li .c-value")].map((one) => one.textContent).join();
    const before = values(), start = performance.now();
    const observer = new MutationObserver(() => {
        if (values() === before) return;
        observer.disconnect();
        root.getBoundingClientRect();
        done(performance.now() - start);
    });
    observer.observe(root.querySelector(".c-panel"), { subtree: true, childList: true, characterData: true });
    slider.value = Number(slider.value) + (key === "ArrowRight" ? 1 : -1);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
})"""
MOVE_THEIRS = """(key) => new Promise((done) => {
    const root = document.querySelector(".widget-interact"), picture = () => root.querySelector("img")?.src;
    const before = picture(), start = performance.now();
    const observer = new MutationObserver(async () => {
        if (!picture() || picture() === before) return;
        observer.disconnect();
        await root.querySelector("img").decode();
        root.getBoundingClientRect();
        done(performance.now() - start);
    });
    observer.observe(root, { subtree: true, childList: true, attributes: true });
    root.querySelector(".noUi-handle").dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
})"""
QUIET = "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'"
CALM = "() => new Promise((done) => requestIdleCallback(() => requestAnimationFrame(() => requestIdleCallback(() => done()))))"
ROUNDS, WARM = 40, 5


def measure(page: object) -> tuple[float, float]:
    """La mediana de los milisegundos de cada manera, moviendo los dos mandos por turnos, adelante y atrás."""
    page.emulate_media(reduced_motion="reduce")  # las barras llegan a su sitio sin animarse
    page.locator(".c-playground .c-check input").uncheck()
    pairs = []
    for i in range(ROUNDS + WARM):
        key = "ArrowRight" if i % 2 else "ArrowLeft"
        pairs.append((timed(page, MOVE_OURS, key), timed(page, MOVE_THEIRS, key)))
    ours, theirs = zip(*pairs[WARM:], strict=True)
    return statistics.median(ours), statistics.median(theirs)


def timed(page: object, move: str, key: str) -> float:
    """Los milisegundos de un movimiento, empezado con el kernel libre y el navegador sin nada pendiente del anterior."""
    page.wait_for_function(QUIET)
    page.evaluate(CALM)
    return page.evaluate(move, key)


def in_browser(chromium: str) -> tuple[float, float]:
    """Abre JupyterLab con los dos widgets en un cuaderno y mide."""
    model = str(machinery.ROOT / "models" / "decoder")
    with tempfile.TemporaryDirectory() as folder:
        workspace, home = Path(folder) / "curso", Path(folder) / "jupyter"
        workspace.mkdir()
        home.mkdir()
        machinery.copy_course(workspace)
        with machinery.serve(workspace, home) as server, machinery.launch(chromium) as browser:
            lab = machinery.Lab(browser.new_page(viewport={"width": 1480, "height": 1400}), *server, workspace)
            lab.open(lab.write("medida.ipynb", PREPARE.format(model=model, context=CONTEXT), OURS, THEIRS))
            lab.run_all()
            lab.page.wait_for_selector(".c-playground .c-chip")
            lab.page.wait_for_selector(".widget-interact img")
            return measure(lab.page)


def in_python() -> tuple[float, float]:
    """Los milisegundos de Python de cada manera, sin navegador: la cuenta y los datos frente a la cuenta y la imagen."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    from course_utils import generation, models, tokens, widgets

    model, values = models.load("decoder"), itertools.cycle(range(1, 40))
    playground = widgets.sampling_playground(model, CONTEXT)
    names = {"generation": generation, "tokens": tokens, "plt": plt, "modelo": model, "logits": generation.next_logits(model, CONTEXT)}
    exec(CHART, names)

    def ours() -> None:
        json.dumps(playground.answer({"kind": "move", "panel": "A", "temperature": next(values) / 20}))

    def theirs() -> None:
        names["dibuja"](next(values) / 20)
        plt.savefig(io.BytesIO(), format="png")
        plt.close()

    return tuple(1e3 * seconds for seconds in by_turns(ours, theirs, rounds=ROUNDS))


if __name__ == "__main__":
    chromium = machinery.find_chromium()
    if chromium is None:
        sys.exit("No hay Chromium: instálalo (apt install chromium) o pon su ruta en la variable CHROMIUM.")
    report(
        "Latencia de un mando",
        "sampling_playground",
        "interact + matplotlib",
        [
            Comparison("mover la temperatura un paso, hasta verlo", *in_browser(chromium), "ms", 10),
            Comparison("solo la parte de Python", *in_python(), "ms"),
        ],
        notes=(
            f"Medianas de {ROUNDS} movimientos en JupyterLab y Chromium, del gesto a la página ya colocada (kernel, viaje y pintado). "
            "Lo nuestro es casi todo viaje entre procesos: con la máquina ocupada se alarga más que lo otro, que es casi todo cuenta.",
        ),
    )
