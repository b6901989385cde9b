"""Figuras del capítulo 14: los parámetros de inferencia, cada uno sobre un reparto real del modelo de bolsillo."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from course_utils import generation, theme
from course_utils.diagrams import Diagram, column, paragraph, row, space, text
from course_utils.figures import contexts, greedy, knobs
from course_utils.figures.canvas import BODY, Scene
from course_utils.figures.contexts import Context
from course_utils.figures.panels import bars, heading, label_margin, listed, marks
from course_utils.figures.registry import figure

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

SHOWN = contexts.LOOK
DOUBTFUL = (0.28, 0.21, 0.13, 0.11, 0.07, 0.06, 0.05)  # duda, pero tiene un favorito
SURE = (0.72, 0.18, 0.02, 0.01)
TEMPERATURES = {0.25: "más fría: gana el favorito", 1.0: "la del modelo, sin tocar", 2.0: "más caliente: se reparte"}


@figure(34, models=("decoder",))
def llm_34(decoder: LanguageModel) -> Scene:
    """Tres mandos cambian el reparto; los otros dos deciden cuándo parar y qué sale

    Un panel con cinco mandos y, a la derecha, lo que hace cada uno tras «{frase} …». El modelo, sin tocar: {antes}.
    Temperatura {T}: {con_T}. Top-k {k}: {con_k}. Top-p {p}: {con_p}. El máximo de tokens nuevos, {limite}, no
    toca el reparto: corta el texto «{texto}». La semilla tampoco: decide qué sale ({sorteos}).
    """
    context, T, k, p, limit, seed = doubtful(decoder), 0.5, 3, 0.8, 6, 1
    draws = [(s, contexts.written(_draw(decoder, context.prompt, s).piece)) for s in range(seed, seed + 3)]
    steps = list(generation.steps(decoder, context.prompt, temperature=T, max_new_tokens=limit, seed=seed))
    shaped = (knobs.temperature(context, T), knobs.top_k(context, k), knobs.top_p(context, p))
    panel = column(knobs.untouched(context), *shaped, knobs.limit(steps, limit), knobs.seed(draws), gap=13)
    mixes = {"antes": {}, "con_T": {"temperature": T}, "con_k": {"top_k": k}, "con_p": {"top_p": p}}
    facts = {name: _described(context, **settings) for name, settings in mixes.items()}
    facts |= {"frase": context.prompt, "T": theme.number(T), "k": str(k), "p": theme.number(p), "limite": str(limit)}
    facts |= {"texto": steps[-1].text.strip(), "sorteos": "; ".join(f"semilla {s}: {word}" for s, word in draws)}
    caption = "Cada barra entera es el 100 %: lo que un mando quita a unos tokens se lo reparten los que quedan. Modelo de bolsillo."
    return Scene(panel, facts, caption)


@figure(35, models=("decoder",))
def llm_35(decoder: LanguageModel) -> Scene:
    """La decodificación voraz escribe siempre lo más probable, hasta el fin o hasta el límite

    Una ejecución paso a paso desde «… {frase}». En cada paso se ven los tres tokens más probables y se escribe el
    primero: {pasos}. Con un máximo de {limite} tokens nuevos se para por el límite y queda «{corto}»; con {holgado}, el
    modelo llega solo al token de fin y queda «{largo}».
    """
    limit, roomy = 4, 40
    prompt, run = greedy.ending(decoder, roomy)
    cut = greedy.run(decoder, prompt, limit)
    if any(step.token_id != step.top(1, raw=True)[0].token_id for step in run) or cut[-1].finish != "límite":
        raise ValueError(
            "La ejecución voraz no ha escrito siempre lo más probable, o no ha parado en el límite: la figura diría otra cosa."
        )
    table, tail = greedy.table(run), " ".join(prompt.split()[-9:])
    short = greedy.stop(table, limit, f"Máximo {limit}: se detiene en el límite.", cut[-1].text)
    long = greedy.stop(table, len(run), f"Máximo {roomy}: se detiene él, al escribir (fin).", run[-1].text)
    body = column(text(f"… {tail} …", 15), space(height=4), table, short, long, gap=10)
    steps = "; ".join(f"{i}, {step.top(1)[0].label} ({theme.percent(step.model_probability)})" for i, step in enumerate(run, start=1))
    facts = {"frase": tail, "pasos": steps, "limite": str(limit), "holgado": str(roomy)}
    facts |= {"corto": cut[-1].text.strip(), "largo": run[-1].text.strip()}
    caption = "Casilla llena: el token escrito en ese paso. Debajo, los dos siguientes, que la decodificación voraz nunca escribe."
    return Scene(body, facts, caption)


@figure(36, models=("decoder",))
def llm_36(decoder: LanguageModel) -> Scene:
    """El muestreo sortea: lo más probable sale más veces, pero no siempre

    Tras «{frase} …», dos barras por token: la probabilidad que le da el modelo ({probabilidades}) y las veces que salió
    en {total} sorteos, con las semillas de la 0 a la {ultima} ({veces}). A la derecha, los ocho primeros sorteos: {primeros}.
    """
    context, total, shown = doubtful(decoder), 100, 6
    drawn = [_draw(decoder, context.prompt, seed) for seed in range(total)]
    counts = Counter(step.token_id for step in drawn)
    times, names, expected = [counts[i] for i in context.ids[:shown]], context.labels[:shown], context.after(shown)
    if times[0] == total or times[0] < times[2]:
        raise ValueError(f"En {total} sorteos «{names[0]}», el más probable, ha salido {times[0]} veces: la figura diría otra cosa.")
    first = [(seed, contexts.written(step.piece)) for seed, step in enumerate(drawn[:8])]
    listing = column(text("los ocho primeros sorteos", 11.5, bold=True), *(knobs.drawn(*pair) for pair in first), gap=6)
    facts = {"frase": context.prompt, "total": str(total), "ultima": str(total - 1), "primeros": ", ".join(word for _, word in first)}
    facts |= {"probabilidades": listed(names, map(theme.percent, expected)), "veces": listed(names, map(str, times))}
    others = f"Otros tokens: {total - sum(times)} de {total}. Con la misma semilla sale siempre lo mismo."
    caption = f"Siguiente token tras «{context.prompt} …». {others}"
    return Scene(row(_histogram(names, expected, times, total), listing, gap=50, align="top"), facts, caption)


@figure(37, models=("decoder",))
def llm_37(decoder: LanguageModel) -> Scene:
    """Top-k conserva siempre el mismo número de tokens; top-p, los que hagan falta

    Dos contextos con los siete tokens más probables de cada uno. En el primero, «{seguro} …», el modelo está seguro
    ({reparto_seguro}): top-k {k} conserva {k} y top-p {p} solo {p_seguro}. En el segundo, «{dudoso} …», duda
    ({reparto_dudoso}): top-k {k} conserva otra vez {k} y top-p {p} conserva {p_dudoso}.
    """
    k, p = 3, 0.8
    sure = contexts.find(decoder, SURE, accept=lambda c: _varied(c) and c.kept(top_p=p) < k)
    unsure = contexts.find(decoder, DOUBTFUL, accept=lambda c: _mid_sentence(c) and k < c.kept(top_p=p) <= SHOWN)
    if unsure.entropy <= sure.entropy or not sure.kept(top_k=k) == unsure.kept(top_k=k) == k:
        raise ValueError(
            "Donde el modelo «duda» tiene menos entropía que donde «está seguro», o top-k no conserva k: la figura diría lo contrario."
        )
    limit = sure.probabilities[0]
    panels = (_cuts("El modelo está seguro", sure, k, p, limit), _cuts("El modelo duda", unsure, k, p, limit))
    facts = {"k": str(k), "p": theme.number(p)} | _cut_facts("seguro", sure, p) | _cut_facts("dudoso", unsure, p)
    least = f"Top-p = {theme.number(p)}: el conjunto más pequeño que suma al menos el {theme.percent(p)}."
    return Scene(row(*panels, gap=26, align="top"), facts, f"Top-k = {k}: los {k} más probables. {least}")


@figure(38, models=("decoder",))
def llm_38(decoder: LanguageModel) -> Scene:
    """La temperatura no cambia lo que el modelo sabe, sino cuánto se arriesga

    Tres paneles de barras con la misma escala y los mismos siete tokens tras «{frase} …». Con T = 0,25 gana el
    favorito: {fria}. Con T = 1, el reparto del modelo sin tocar: {normal}. Con T = 2 se reparte: {caliente}. El orden
    no cambia nunca.
    """
    context = doubtful(decoder)
    names, mixes = context.labels[:SHOWN], [context.after(SHOWN, temperature=T) for T in TEMPERATURES]
    if any(sorted(mix, reverse=True) != mix for mix in mixes) or not mixes[0][0] > mixes[1][0] > mixes[2][0]:
        raise ValueError("La temperatura ha cambiado el orden de los tokens: eso no puede pasar.")
    limit = max(map(max, mixes))
    panels = [_temperature(T, names, mix, limit, named=T < 1) for T, mix in zip(TEMPERATURES, mixes)]
    facts = {name: listed(names, map(theme.percent, mix)) for name, mix in zip(("fria", "normal", "caliente"), mixes)}
    caption = f"Siguiente token tras «{context.prompt} …», con el modelo de bolsillo. La misma escala en los tres paneles."
    return Scene(row(*panels, align="top"), facts | {"frase": context.prompt}, caption)


# --- piezas -----------------------------------------------------------------------------------------------------------


def doubtful(decoder: LanguageModel) -> Context:
    """El contexto que comparten casi todas: el modelo duda a mitad de una frase, pero tiene un favorito."""
    return contexts.find(decoder, DOUBTFUL, accept=_mid_sentence)


def _mid_sentence(context: Context) -> bool:
    """Lo que sigue va en minúscula, es posible de verdad y cabe casi todo en lo que se dibuja: el hueco se entiende solo."""
    words = all(label.islower() for label in context.labels[:SHOWN])
    return words and context.probabilities[:SHOWN].sum() > 0.85 and contexts.sensible(context)


def _varied(context: Context) -> bool:
    """Varios candidatos posibles de verdad, aunque los últimos sean raros: que cada fila del panel se entienda."""
    return contexts.sensible(context, 5) and context.probabilities[SHOWN - 1] > 0.001


def _draw(decoder: LanguageModel, prompt: str, seed: int) -> generation.Step:
    return next(generation.steps(decoder, prompt, seed=seed, max_new_tokens=1))


def _described(context: Context, **settings: float) -> str:
    pairs = [(label, p) for label, p in zip(context.labels[:4], context.after(4, **settings)) if p > 0]
    return listed([label for label, _ in pairs], [theme.percent(p) for _, p in pairs])


def _histogram(names: tuple[str, ...], expected: list[float], times: list[int], total: int) -> Diagram:
    """La probabilidad de cada token y, debajo, la parte de los sorteos en que salió."""
    share = [count / total for count in times]
    said = ("según el modelo", f"en {total} sorteos")
    return bars(names, expected, truth=share, names=said, width=450, limit=max(*share, *expected), row=46, room=140)


def _cuts(title: str, context: Context, k: int, p: float, limit: float) -> Diagram:
    """Los siete tokens más probables y, al lado, lo que hace con cada uno top-k y lo que hace top-p."""
    chart = bars(context.labels[:SHOWN], context.after(SHOWN), width=168, limit=limit, room=48)
    sides = [_side(f"top-k = {k}", context, top_k=k), _side(f"top-p = {theme.number(p)}", context, top_p=p)]
    below = row(chart.pad(0, 26, 0, 0), *sides, gap=7, align="top")
    head = column(text(title, 14, bold=True), paragraph(f"«{context.prompt} …»", 340, 10.5, role="quiet"), gap=1)
    return column(head.framed(343, 48), below, gap=6)


def _side(name: str, context: Context, **settings: float) -> Diagram:
    kept = [q > 0 for q in context.after(SHOWN, **settings)]
    total = text(f"quedan {context.kept(**settings)}", 12.5, bold=True)
    return column(text(name, 12, bold=True).framed(height=26), marks(kept), space(height=8), total, align="center")


def _cut_facts(word: str, context: Context, p: float) -> dict[str, str]:
    mix = listed(context.labels[:3], map(theme.percent, context.after(3)))
    return {word: context.prompt, f"reparto_{word}": mix, f"p_{word}": str(context.kept(top_p=p))}


def _temperature(T: float, names: tuple[str, ...], mix: list[float], limit: float, *, named: bool) -> Diagram:
    """Un panel; solo el primero lleva las etiquetas, y los tres tienen barras igual de anchas."""
    margin = label_margin(names)
    width, left = (BODY - margin) / 3, margin if named else 0.0
    chart = bars(names, mix, width=width + left - 8, limit=limit, row=34, room=50, named=named)
    return column(heading(f"T = {theme.number(T)}", TEMPERATURES[T]).pad(left, 0, 0, 0), chart, gap=8).framed(width + left)
