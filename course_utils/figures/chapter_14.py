"""Figuras del capítulo 14: los parámetros de inferencia, cada uno sobre un reparto real del modelo de bolsillo."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from course_utils import generation, theme
from course_utils.diagrams import Diagram, box, brace, chip, column, paragraph, row, segments, slider, space, text, visible
from course_utils.figures import contexts
from course_utils.figures.canvas import BODY, Scene
from course_utils.figures.contexts import Context
from course_utils.figures.panels import bars, heading, label_margin, listed, marks
from course_utils.figures.registry import figure
from course_utils.microworld import stories

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

SHOWN = contexts.LOOK
DOUBTFUL = (0.28, 0.21, 0.13, 0.11, 0.07, 0.06, 0.05)  # duda, pero tiene un favorito


@figure(34, models=("decoder",))
def llm_34(decoder: LanguageModel) -> Scene:
    """Tres mandos cambian el reparto; los otros dos, cuándo parar y qué sale

    Un panel con cinco mandos y, a la derecha, lo que hace cada uno tras «{frase} …». El modelo, sin tocar: {antes}.
    Temperatura {T}: {con_T}. Top-k {k}: {con_k}. Top-p {p}: {con_p}. El máximo de tokens nuevos, {limite}, no
    toca el reparto: corta el texto «{texto}». La semilla tampoco: decide qué sale ({sorteos}).
    """
    context = contexts.find(decoder, DOUBTFUL, accept=_mid_sentence)
    T, k, p, limit, seed = 0.5, 3, 0.8, 6, 1
    mixes = {"antes": {}, "con_T": {"temperature": T}, "con_k": {"top_k": k}, "con_p": {"top_p": p}}
    draws = [(s, contexts.written(_draw(decoder, context.prompt, s).piece)) for s in range(seed, seed + 3)]
    steps = list(generation.steps(decoder, context.prompt, temperature=T, max_new_tokens=limit, seed=seed))
    panel = column(
        _control("el modelo, sin tocar", "", space(), _mix(context), f"Siguiente token tras «{context.prompt} …»."),
        _control(
            "temperatura",
            theme.number(T),
            slider(T, 0, 2, width=150),
            _mix(context, temperature=T),
            "Menor que 1, se arriesga menos; mayor que 1, se arriesga más.",
        ),
        _control("top-k", str(k), slider(k, 1, 20, width=150), _mix(context, top_k=k), f"Sortea solo entre los {k} más probables."),
        _control(
            "top-p",
            theme.number(p),
            slider(p, 0, 1, width=150),
            _mix(context, top_p=p),
            f"Sortea solo entre los más probables que juntos llegan al {theme.percent(p)}.",
        ),
        _control(
            "máximo de tokens",
            str(limit),
            slider(limit, 1, 40, width=150),
            _strip(steps),
            "No toca el reparto: escribe ese número de tokens como mucho.",
        ),
        _control(
            "semilla",
            "",
            box(str(seed), width=64, size=12, align="left"),
            _seeds(draws),
            "No toca el reparto: decide qué sale. La misma semilla da siempre lo mismo.",
        ),
        gap=13,
    )
    facts = {name: _described(context, **settings) for name, settings in mixes.items()} | {
        "frase": context.prompt,
        "T": theme.number(T),
        "k": str(k),
        "p": theme.number(p),
        "limite": str(limit),
        "texto": steps[-1].text.strip(),
        "sorteos": ", ".join(f"semilla {s}, {word}" for s, word in draws),
    }
    return Scene(
        panel,
        facts,
        "Cada barra entera es el 100 %: lo que un mando quita a unos tokens se lo reparten los que quedan. Modelo de bolsillo.",
    )


@figure(35, models=("decoder",))
def llm_35(decoder: LanguageModel) -> Scene:
    """La decodificación voraz escribe siempre lo más probable, hasta el fin o hasta el límite

    Una ejecución paso a paso desde «… {frase}». En cada paso se ven los tres tokens más probables y se escribe el
    primero: {pasos}. Con un máximo de {limite} tokens nuevos se para por el límite y queda «{corto}»; con {holgado}, el
    modelo llega solo al token de fin y queda «{largo}».
    """
    limit, roomy = 4, 40
    prompt, run = ending(decoder, roomy)
    short = list(generation.steps(decoder, prompt, temperature=0, max_new_tokens=limit))
    table, tail = _table(run), " ".join(prompt.split()[-9:])
    body = column(
        text(f"… {tail} …", 15),
        space(height=14),
        table,
        space(height=10),
        _stop(table, limit, f"Máximo {limit}: para por el límite.", short[-1].text),
        space(height=10),
        _stop(table, len(run), f"Máximo {roomy}: para solo, al escribir (fin).", run[-1].text),
    )
    steps = "; ".join(f"{i}, {step.top(1)[0].label} ({theme.percent(step.model_probability)})" for i, step in enumerate(run, start=1))
    facts = {
        "frase": tail,
        "pasos": steps,
        "limite": str(limit),
        "holgado": str(roomy),
        "corto": short[-1].text.strip(),
        "largo": run[-1].text.strip(),
    }
    return Scene(
        body, facts, "Casilla llena: el token escrito en ese paso. Debajo, los dos siguientes, que la decodificación voraz nunca escribe."
    )


@figure(36, models=("decoder",))
def llm_36(decoder: LanguageModel) -> Scene:
    """El muestreo sortea: lo más probable sale más veces, pero no siempre

    Tras «{frase} …», dos barras por token: la probabilidad que le da el modelo ({probabilidades}) y las veces que salió
    en {total} sorteos, con las semillas de la 0 a la {ultima} ({veces}). A la derecha, los ocho primeros sorteos: {primeros}.
    """
    context, total = contexts.find(decoder, DOUBTFUL, accept=_mid_sentence), 100
    drawn = [_draw(decoder, context.prompt, seed) for seed in range(total)]
    counts = Counter(step.token_id for step in drawn)
    ids, names = context.ids[:6], context.labels[:6]
    times = [counts[i] / total for i in ids]
    if counts[ids[0]] in (0, total) or counts[ids[0]] < counts[ids[2]]:
        raise ValueError(f"En {total} sorteos «{names[0]}» ha salido {counts[ids[0]]} veces: la figura diría otra cosa.")
    first = [(seed, contexts.written(step.piece)) for seed, step in enumerate(drawn[:8])]
    chart = bars(
        names,
        context.after(6),
        truth=times,
        names=("según el modelo", f"en {total} sorteos"),
        width=450,
        limit=max(*times, *context.after(6)),
        row=46,
        room=140,
    )
    listing = column(text("los ocho primeros sorteos", 11.5, bold=True), *(_seed(seed, word) for seed, word in first), gap=6)
    facts = {
        "frase": context.prompt,
        "total": str(total),
        "ultima": str(total - 1),
        "probabilidades": listed(names, map(theme.percent, context.after(6))),
        "veces": listed(names, [str(counts[i]) for i in ids]),
        "primeros": ", ".join(word for _, word in first),
    }
    others = total - sum(counts[i] for i in ids)
    return Scene(
        row(chart, listing, gap=50, align="top"),
        facts,
        f"Siguiente token tras «{context.prompt} …». De otros tokens, {others}. Con la misma semilla sale siempre lo mismo.",
    )


@figure(37, models=("decoder",))
def llm_37(decoder: LanguageModel) -> Scene:
    """Top-k conserva siempre el mismo número de tokens; top-p, los que hagan falta

    Dos contextos con los siete tokens más probables de cada uno. En el primero, «{seguro} …», el modelo está seguro
    ({reparto_seguro}): top-k {k} conserva {k} y top-p {p} solo {p_seguro}. En el segundo, «{dudoso} …», duda
    ({reparto_dudoso}): top-k {k} conserva otra vez {k} y top-p {p} conserva {p_dudoso}.
    """
    k, p = 3, 0.8
    sure = contexts.find(decoder, (0.72, 0.18, 0.02, 0.01), accept=lambda c: _varied(c) and c.kept(top_p=p) < k)
    unsure = contexts.find(decoder, DOUBTFUL, accept=lambda c: _mid_sentence(c) and k < c.kept(top_p=p) <= SHOWN)
    if unsure.entropy <= sure.entropy:
        raise ValueError("Donde el modelo «duda» tiene menos entropía que donde «está seguro»: la figura diría lo contrario.")
    limit = sure.probabilities[0]
    panels = [_cuts("El modelo está seguro", sure, k, p, limit), _cuts("El modelo duda", unsure, k, p, limit)]
    facts = {"k": str(k), "p": theme.number(p)} | {
        name: value
        for word, c in (("seguro", sure), ("dudoso", unsure))
        for name, value in (
            (word, c.prompt),
            (f"reparto_{word}", listed(c.labels[:3], map(theme.percent, c.after(3)))),
            (f"p_{word}", str(c.kept(top_p=p))),
        )
    }
    return Scene(
        row(*panels, gap=26, align="top"),
        facts,
        f"Top-k = {k}: los {k} más probables. Top-p = {theme.number(p)}: el conjunto más pequeño que suma al menos el {theme.percent(p)}.",
    )


@figure(38, models=("decoder",))
def llm_38(decoder: LanguageModel) -> Scene:
    """La temperatura no cambia lo que el modelo sabe, sino cuánto se arriesga

    Tres paneles de barras con la misma escala y los mismos siete tokens tras «{frase} …». Con T = 0,25 gana el
    favorito: {fria}. Con T = 1, el reparto del modelo sin tocar: {normal}. Con T = 2 se reparte: {caliente}. El orden
    no cambia nunca.
    """
    context = contexts.find(decoder, DOUBTFUL, accept=_mid_sentence)
    temperatures = {0.25: "más fría: gana el favorito", 1.0: "la del modelo, sin tocar", 2.0: "más caliente: se reparte"}
    mixes = [context.after(SHOWN, temperature=T) for T in temperatures]
    if any(sorted(mix, reverse=True) != mix for mix in mixes) or not mixes[0][0] > mixes[1][0] > mixes[2][0]:
        raise ValueError("La temperatura ha cambiado el orden de los tokens: eso no puede pasar.")
    names, margin = context.labels[:SHOWN], label_margin(context.labels[:SHOWN])
    width = (BODY - margin) / 3
    panels = [
        _temperature(T, note, names, mix, width, margin if T < 1 else 0, limit=max(map(max, mixes)))
        for (T, note), mix in zip(temperatures.items(), mixes)
    ]
    facts = {"frase": context.prompt} | {
        name: listed(names, map(theme.percent, mix)) for name, mix in zip(("fria", "normal", "caliente"), mixes)
    }
    return Scene(
        row(*panels, align="top"),
        facts,
        f"Siguiente token tras «{context.prompt} …», con el modelo de bolsillo. La misma escala en los tres paneles.",
    )


# --- piezas -----------------------------------------------------------------------------------------------------------

KNOB, EFFECT = 196.0, 500.0  # anchos de las dos columnas del panel de mandos
LABELS, GUTTER = 60.0, 6.0  # en la tabla de la decodificación voraz


def _mid_sentence(context: Context) -> bool:
    """A mitad de frase: lo que sigue va en minúscula y el hueco se entiende solo."""
    return all(label.islower() for label in context.labels[:SHOWN]) and contexts.sensible(context)


def _varied(context: Context) -> bool:
    """Varios candidatos posibles de verdad, aunque los últimos sean raros: que cada fila del panel se entienda."""
    return contexts.sensible(context, 5) and context.probabilities[SHOWN - 1] > 0.001


def ending(decoder: LanguageModel, limit: int) -> tuple[str, list[generation.Step]]:
    """Un cuento a punto de acabar y la ejecución voraz que lo acaba: de 6 a 12 pasos, con las más dudas posibles y que quepa en la figura.

    ValueError si el modelo no acaba así ningún cuento.
    """
    runs = [(prompt, list(generation.steps(decoder, prompt, temperature=0, max_new_tokens=limit))) for prompt in _almost_done()]
    usable = [(prompt, run) for prompt, run in runs if 6 <= len(run) <= 12 and run[-1].finish == "fin" and _table(run).width <= BODY]
    if not usable:
        raise ValueError(f"El modelo «{decoder.name}» no acaba ningún cuento en pocos pasos: ¿está bien entrenado?")
    return max(usable, key=lambda found: sum(step.model_probability < 0.9 for step in found[1]))


def _almost_done() -> list[str]:
    """Cuentos a los que les faltan de cinco a ocho palabras."""
    told = [story.split(" ") for story in stories.sample(8, seed=contexts.SEED)]
    return [" ".join(words[:-missing]) for words in told for missing in (8, 7, 6, 5)]


def _table(run: list[generation.Step]) -> Diagram:
    """Una columna por paso con sus tres candidatos; a la izquierda, qué es cada fila."""
    head = column(
        space(LABELS, 21),
        *(text(name, 10.5, role="quiet").pad(0, 4, 0, 0).framed(LABELS, 40) for name in ("se escribe", "segundo", "tercero")),
        gap=0,
    )
    return row(head, *(_greedy_step(i, step).named(f"{i}") for i, step in enumerate(run, start=1)), gap=GUTTER, align="top")


def _greedy_step(i: int, step: generation.Step) -> Diagram:
    chips = (
        chip(
            c.label,
            note=theme.percent(c.probability),
            fill="paper" if rank else "accent",
            edge="quiet" if rank else "accent",
            bold=not rank,
        )
        for rank, c in enumerate(step.top(3, raw=True))
    )
    return column(text(f"paso {i}", 10.5, role="quiet").framed(height=21), *(one.framed(height=40) for one in chips), gap=0, align="center")


def _stop(table: Diagram, last: int, reason: str, written: str) -> Diagram:
    """Una llave bajo los pasos que da la ejecución, y qué queda escrito."""
    x, _, width, _ = table.where(f"{last}")
    start = table.where("1")[0]
    return column(brace(x + width - start), row(text(reason, 12, bold=True), text(f"Queda «{written.strip()}».", 12), gap=10), gap=2).pad(
        start, 0, 0, 0
    )


def _draw(decoder: LanguageModel, prompt: str, seed: int) -> generation.Step:
    return next(generation.steps(decoder, prompt, seed=seed, max_new_tokens=1))


def _control(name: str, value: str, knob: Diagram, effect: Diagram, does: str = "") -> Diagram:
    title = row(text(name, 12.5, bold=True), text(value, 12.5, role="accent", bold=True), gap=8)
    left = column(title, knob, gap=4).framed(KNOB)
    return row(left, column(*([paragraph(does, EFFECT, 11)] if does else []), effect, gap=3), align="top")


def _mix(context: Context, **settings: float) -> Diagram:
    return segments(context.labels[:SHOWN], context.after(SHOWN, **settings), width=EFFECT, height=25)


def _strip(steps: list[generation.Step]) -> Diagram:
    parts = [chip(visible(step.piece), size=11.5) for step in steps]
    return row(*parts, text("◄ aquí se corta" if steps[-1].finish == "límite" else "◄ fin", 10.5, role="quiet"), gap=4)


def _seed(seed: int, word: str) -> Diagram:
    return row(text(f"semilla {seed} →", 10.5, role="quiet"), chip(word, size=11.5), gap=5)


def _seeds(draws: list[tuple[int, str]]) -> Diagram:
    return row(*(_seed(seed, word) for seed, word in draws), gap=12)


def _described(context: Context, **settings: float) -> str:
    pairs = [(label, p) for label, p in zip(context.labels[:4], context.after(4, **settings)) if p > 0]
    return listed([label for label, _ in pairs], [theme.percent(p) for _, p in pairs])


def _cuts(title: str, context: Context, k: int, p: float, limit: float) -> Diagram:
    """Los siete tokens más probables y, al lado, lo que hace con cada uno top-k y lo que hace top-p."""
    names, mix = context.labels[:SHOWN], context.after(SHOWN)
    chart = bars(names, mix, width=168, limit=limit, room=48)
    sides = [_side(f"top-k = {k}", context, top_k=k), _side(f"top-p = {theme.number(p)}", context, top_p=p)]
    below = row(chart.pad(0, 26, 0, 0), *sides, gap=7, align="top")
    head = column(text(title, 14, bold=True), paragraph(f"«{context.prompt} …»", 340, 10.5, role="quiet"), gap=1)
    return column(head.framed(343, 48), below, gap=6)


def _side(name: str, context: Context, **settings: float) -> Diagram:
    kept = [q > 0 for q in context.after(SHOWN, **settings)]
    total = text(f"quedan {context.kept(**settings)}", 12.5, bold=True)
    return column(text(name, 12, bold=True).framed(height=26), marks(kept), space(height=8), total, align="center")


def _temperature(T: float, note: str, names: tuple[str, ...], mix: list[float], width: float, margin: float, *, limit: float) -> Diagram:
    chart = bars(names, mix, width=width + margin - 8, limit=limit, row=34, room=50, named=margin > 0)
    return column(heading(f"T = {theme.number(T)}", note).pad(margin, 0, 0, 0), chart, gap=8).framed(width + margin)
