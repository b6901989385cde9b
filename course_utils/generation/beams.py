"""Búsqueda en haz (beam search), escrita a mano: varias traducciones a medias avanzan a la vez y solo siguen las mejores.

Fuente: Graves, 2012, y Sutskever y otros, 2014; los detalles (cuántas candidatas, cuándo parar) son los de transformers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from course_utils import tokens
from course_utils.generation.sampling import check_max_new_tokens
from course_utils.generation.translating import LONGEST, Reading, ending, read

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

LIVE, FINISHED, DROPPED = "viva", "terminada", "descartada"


@dataclass(frozen=True)
class Hypothesis:
    """Una traducción a medias o terminada.

    parent: cuál de las hipótesis vivas del paso anterior (desde 0, de mejor a peor) continúa; None en el primer paso.
    log_probability: la suma de las de sus tokens. score: eso mismo entre su longitud elevada a `length_penalty`; con ella compiten las
    terminadas. state: «viva», «terminada» o «descartada».
    """

    ids: tuple[int, ...]
    log_probability: float
    score: float
    parent: int | None
    state: str = LIVE


@dataclass(frozen=True)
class BeamStep:
    """Un paso de la búsqueda: todas las candidatas que se compararon, de mejor a peor, y las mejores terminadas hasta ahora.

    finish: None si sigue; «fin» (ninguna viva puede ya ganar), «límite» o «ventana» si este es el último paso.
    """

    position: int
    candidates: tuple[Hypothesis, ...]
    finished: tuple[Hypothesis, ...]
    finish: str | None

    @property
    def live(self) -> tuple[Hypothesis, ...]:
        """Las hipótesis que siguen, de mejor a peor."""
        return tuple(one for one in self.candidates if one.state == LIVE)

    @property
    def best(self) -> Hypothesis:
        """La ganadora hasta ahora: la terminada de mayor puntuación o, si no hay, la mejor de las vivas."""
        return self.finished[0] if self.finished else self.live[0]


@dataclass(frozen=True)
class Search:
    """Lo que no cambia durante una búsqueda."""

    reading: Reading
    beams: int
    limit: int
    length_penalty: float

    def score(self, log_probability: float, length: int) -> float:
        """La puntuación con la que compiten las terminadas: sin dividir por la longitud, ganarían casi siempre las cortas."""
        return log_probability / length**self.length_penalty

    def ending(self, ids: tuple[int, ...]) -> str | None:
        """Por qué acaba una hipótesis, si acaba."""
        return ending(self.reading.language_model.tokenizer, ids, self.limit, self.reading.room)


def steps(
    language_model: LanguageModel, source: str | Reading, *, beams: int = 4, max_new_tokens: int = LONGEST, length_penalty: float = 1.0
) -> Iterator[BeamStep]:
    """Traduce con búsqueda en haz y entrega cada paso. Equivale a generate(num_beams=beams, early_stopping=False).

    beams: cuántas hipótesis siguen vivas, de 1 (la decodificación voraz) a 16. length_penalty: 0 no tiene en cuenta la longitud.
    Lanza ValueError, antes del primer paso, si el modelo no traduce, la frase no vale o un ajuste se sale de lo suyo.
    """
    if isinstance(beams, bool) or not isinstance(beams, int) or not 1 <= beams <= 16:
        raise ValueError(f"El número de hipótesis (beams) va de 1 a 16 y he recibido {beams!r}.")
    limit = check_max_new_tokens(max_new_tokens)
    reading = source if isinstance(source, Reading) else read(language_model, source)
    return _search(Search(reading, beams, limit, length_penalty))


def translate(language_model: LanguageModel, source: str, **settings: object) -> str:
    """La traducción que gana la búsqueda, con los mismos ajustes y los mismos errores que `steps`."""
    *_, last = steps(language_model, source, **settings)
    return tokens.text(language_model.tokenizer, last.best.ids)


def _search(search: Search) -> Iterator[BeamStep]:
    live, finished, finish, position = (Hypothesis((), 0.0, 0.0, None),), (), None, 0
    while finish is None:
        candidates = _judged(search, _continuations(search, live))
        live = tuple(one for one in candidates if one.state == LIVE)
        finished = _best(search, (*finished, *(one for one in candidates if one.state == FINISHED)))
        finish = _finish(search, candidates, live, finished)
        yield BeamStep(position, candidates, finished, finish)
        position += 1


def _continuations(search: Search, live: tuple[Hypothesis, ...]) -> list[Hypothesis]:
    """Las 2·beams mejores maneras de alargar con un token las hipótesis vivas: aunque beams de ellas acaben, otras tantas siguen."""
    scores, _ = search.reading([one.ids for one in live])
    scores = scores[:, -1] + scores.new_tensor([one.log_probability for one in live])[:, None]
    best = scores.flatten().topk(min(2 * search.beams, scores.numel()))
    size, first = scores.shape[1], live[0].ids == ()
    made = []
    for total, place in zip(best.values.tolist(), best.indices.tolist(), strict=True):
        ids = (*live[place // size].ids, place % size)
        made.append(Hypothesis(ids, total, search.score(total, len(ids)), None if first else place // size))
    return made


def _judged(search: Search, candidates: list[Hypothesis]) -> tuple[Hypothesis, ...]:
    """Cada candidata con su suerte: termina si acaba entre las primeras, sigue si es de las primeras que no acaban."""
    judged, live = [], 0
    for rank, one in enumerate(candidates):
        over = search.ending(one.ids) is not None
        state = FINISHED if over and rank < search.beams else DROPPED if over or live == search.beams else LIVE
        live += state == LIVE
        judged.append(replace(one, state=state))
    return tuple(judged)


def _best(search: Search, finished: tuple[Hypothesis, ...]) -> tuple[Hypothesis, ...]:
    return tuple(sorted(finished, key=lambda one: -one.score)[: search.beams])


def _finish(
    search: Search, candidates: tuple[Hypothesis, ...], live: tuple[Hypothesis, ...], finished: tuple[Hypothesis, ...]
) -> str | None:  # fmt: skip
    """Se para si nadie puede seguir, o si hay `beams` terminadas y la mejor viva ya puntúa peor que la última de ellas."""
    if not live:
        return next((reason for one in candidates if (reason := search.ending(one.ids)) != "fin"), "fin")
    beaten = len(finished) == search.beams and live[0].score <= finished[-1].score
    return "fin" if beaten else None
