"""La figura 4 por dentro: lo que se da y lo que sale en cada uso, con modelos que lo hacen de verdad."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course_utils import generation, retrieval, theme
from course_utils.diagrams import Diagram, arrow, box, column, paragraph, row, text
from course_utils.figures.canvas import BODY
from course_utils.generation import many
from course_utils.microworld import paraphrases, stories

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

STORY = (
    "Hace muchos años hubo una ardilla muy sabia llamada Clara que vivía cerca del puerto. Una tarde, Clara perdió su llave antigua y se "
    "puso muy nerviosa. La buscó dentro del armario, pero no apareció."
)
OPENING = "Había una vez una rana muy curiosa que vivía en el bosque."
SPANISH, ENGLISH = "La bruja astuta limpia su casa roja.", "The cunning witch cleans her red house."
SUMMARY = "La ardilla perdió su llave."
POOL, SEED, QUERY = 100, 5, 3  # historias entre las que se busca, y cuál se pide
GAP, SHOWN = 26.0, 2  # puntos entre los paneles; historias que se enseñan
WIDTH = (BODY - GAP) / 2


@dataclass(frozen=True)
class Use:
    """Un uso: cómo se llama, quién lo hace, lo que se da, lo que sale (un texto o varios, con su nota) y con qué se mide."""

    name: str
    model: str
    given: str
    out: tuple[tuple[str, str], ...]
    measure: str


def uses(decoder: LanguageModel, translator: LanguageModel, encoder: LanguageModel) -> tuple[Use, ...]:
    """Los cuatro usos, ejecutados. ValueError si un modelo no hace bien el suyo: la figura enseñaría otra cosa."""
    written, summary = _continued(decoder, OPENING, 26), _continued(decoder, f"{STORY}\nResumen:", 40)
    english = many.translate(translator, [SPANISH])[0]
    if summary != SUMMARY or {fault.rule for fault in stories.check(f"{OPENING} {written}")} - {"inacabado"}:
        raise ValueError(f"El modelo «{decoder.name}» no sigue bien los textos de la figura: ¿está bien entrenado?")
    if english != ENGLISH:
        raise ValueError(f"El modelo «{translator.name}» no traduce la frase de la figura: ¿está bien entrenado?")
    return (
        Use("Escribir", "decodificador: sigue el texto", OPENING, ((f"{written} …", ""),), "reglas rotas, perplejidad"),
        Use("Resumir", "el mismo decodificador: sigue tras «Resumen:»", f"{STORY} Resumen:", ((summary, ""),), "exacto, ROUGE-L"),
        Use("Traducir", "codificador-decodificador", SPANISH, ((english, ""),), "exacta, chrF"),
        _search(encoder),
    )


def _continued(decoder: LanguageModel, prompt: str, most: int) -> str:
    return generation.generate(decoder, prompt, temperature=0, max_new_tokens=most, stop=["\n"]).strip()


def _search(encoder: LanguageModel) -> Use:
    told, queries = (list(side) for side in zip(*paraphrases.pool(POOL, seed=SEED, split="test")))
    scores = retrieval.by_meaning(encoder, [queries[QUERY]], told)[0]
    best = np.argsort(-scores)[:SHOWN].tolist()
    if best[0] != QUERY:
        raise ValueError(f"El modelo «{encoder.name}» no encuentra la historia de la figura: ¿está bien entrenado?")
    out = tuple((told[i], theme.number(float(scores[i]), 2)) for i in best)
    return Use("Buscar", f"codificador: el vector más parecido, entre {POOL}", queries[QUERY], out, "recall@k")


def drawn(found: Sequence[Use]) -> Diagram:
    """Los cuatro paneles, de dos en dos."""
    panels = [_panel(one) for one in found]
    rows = [panels[i : i + 2] for i in range(0, len(panels), 2)]
    return column(*(row(*pair, gap=GAP, align="top") for pair in rows), gap=22)


def _panel(use: Use) -> Diagram:
    inner = WIDTH - 22
    head = row(text(use.name, 15, bold=True), text(use.model, 10.5, role="quiet"), gap=8, align="bottom")
    given = box(paragraph(use.given, inner, 11.5), width=WIDTH, padding=(11.0, 7.0), align="left", edge="quiet")
    outs = [_out(words, note, inner, first=place == 0) for place, (words, note) in enumerate(use.out)]
    measure = text(f"se mide con: {use.measure}", 10.5, role="quiet")
    return column(head, given, row(arrow(20, direction="down"), gap=0).pad(14, 0, 0, 0), column(*outs, gap=5), measure, gap=5)


def _out(words: str, note: str, inner: float, *, first: bool) -> Diagram:
    """Lo que sale; si lleva nota (un parecido), delante. El primero, lleno; los demás, con raya discontinua."""
    side = [text(note, 11.5, bold=first, role="ink")] if note else []
    room = inner - sum(part.width + 10 for part in side)
    body = row(*side, paragraph(words, room, 11.5, bold=first), gap=10)
    return box(body, width=WIDTH, padding=(11.0, 7.0), align="left", fill="soft" if first else "paper", edge="accent" if first else "quiet",
               dash=not first)  # fmt: skip
