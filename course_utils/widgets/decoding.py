"""El decodificador paso a paso sin pantalla: la frase de origen, la traducción en marcha y el paso que se está mirando."""

from __future__ import annotations

from course_utils import theme, tokens
from course_utils.generation import beams, translating
from course_utils.models import LanguageModel
from course_utils.widgets import decoding_view as view
from course_utils.widgets.decoding_paths import Paths, greedy_paths, searched_paths
from course_utils.widgets.reading import capture, sendable

GREEDY, BEAM = "voraz", "haz"
STRATEGIES = (GREEDY, BEAM)
MOST_BEAMS = 6


class Session:
    """Lo que el widget recuerda. Cada método recibe un gesto y devuelve datos que se pueden enviar tal cual; si falla, nada cambia."""

    def __init__(
        self, language_model: LanguageModel, source: str, *, strategy: str = GREEDY, beams: int = 3, max_new_tokens: int = 48, rows: int = 6
    ) -> None:
        view.check_translator(language_model)
        self.language_model, self.limit, self.rows = language_model, max_new_tokens, _whole("de barras (rows)", rows, 1, 20)
        self.strategy, self.beams = _strategy(strategy), _whole("de hipótesis (beams)", beams, 2, MOST_BEAMS)
        self.layer, self.head, self.notice = -1, None, ""
        self._empty("")
        try:
            self.write(source)
        except ValueError as error:
            self.source, self.notice = sendable(source), str(error)

    def _empty(self, source: str) -> None:
        self.source, self.reading, self.paths, self.greedy = source, None, Paths(()), ()
        self.at, self.lane, self._steps = 0, 0, {}

    def write(self, source: str) -> dict[str, object]:
        """Otra frase de origen. Una frase vacía deja el widget vacío; una que no vale no cambia nada."""
        text = sendable(source)
        if not text.strip():
            self._empty(text)
            self.notice = "Escribe una frase en español para traducirla."
            return self.snapshot()
        reading, notice = capture(lambda: translating.read(self.language_model, text))
        greedy = tuple(translating.steps(self.language_model, reading, max_new_tokens=self.limit))
        paths = self._paths(reading, greedy, self.strategy, self.beams)
        self.source, self.reading, self.greedy, self.paths, self.notice = text, reading, greedy, paths, notice
        self.at, self.lane, self._steps = 0, paths.line()[0], {}
        return self.snapshot()

    def _paths(self, reading: translating.Reading, greedy: tuple[translating.Step, ...], strategy: str, width: int) -> Paths:
        if strategy == GREEDY:
            return greedy_paths(greedy)
        return searched_paths(list(beams.steps(self.language_model, reading, beams=width, max_new_tokens=self.limit)))

    def search(self, strategy: str | None = None, beams: int | None = None) -> dict[str, object]:
        """Cambia de estrategia («voraz» o «haz») o de número de hipótesis y vuelve al primer paso del camino ganador."""
        strategy = _strategy(strategy or self.strategy)
        width = self.beams if beams is None else _whole("de hipótesis (beams)", beams, 2, MOST_BEAMS)
        if self.reading is not None:
            self.paths = self._paths(self.reading, self.greedy, strategy, width)
            self.at = min(self.at, len(self.paths.line()) - 1)
            self.lane = self.paths.line()[self.at]
        self.strategy, self.beams = strategy, width
        return self.snapshot()

    def go(self, position: int) -> dict[str, object]:
        """Al paso número `position` (desde 0) del camino que se está siguiendo, o al más cercano que haya."""
        line = self.paths.line(self.at, self.lane)
        if line:
            self.at = min(max(int(position), 0), len(line) - 1)
            self.lane = line[self.at]
        return self.snapshot()

    def pick(self, step: int, lane: int) -> dict[str, object]:
        """A una hipótesis cualquiera de las que se ven en los carriles."""
        if not (0 <= step < len(self.paths.columns) and 0 <= lane < len(self.paths.columns[step])):
            raise ValueError(f"No hay ninguna hipótesis {lane} en el paso {step}: elige una de las que se ven.")
        self.at, self.lane = int(step), int(lane)
        return self.snapshot()

    def look(self, layer: int, head: int | None = None) -> dict[str, object]:
        """De qué capa y de qué cabeza se enseña la atención cruzada; sin cabeza, la media de todas."""
        if self.greedy:     # sin frase no se sabe qué capas y cabezas hay: no se apunta ninguna
            self.greedy[0].looked(layer, head)  # ValueError si no hay tal capa o tal cabeza
            self.layer, self.head = layer, head
        return self.snapshot()

    def step(self) -> translating.Step | None:
        """El paso que se está mirando: el último token de la hipótesis elegida, como lo vio el decodificador al escribirlo."""
        if not self.paths.columns:
            return None
        ids = self.paths.columns[self.at][self.lane].ids
        if self.strategy == GREEDY:
            return self.greedy[self.at]
        if ids not in self._steps:
            self._steps[ids] = translating.forced(self.language_model, self.reading, ids)[-1]
        return self._steps[ids]

    def _finish(self) -> str | None:
        """Por qué acaba la hipótesis elegida, si acaba ahí."""
        if not self.paths.columns or self.paths.columns[self.at][self.lane].state != beams.FINISHED:
            return None
        ids, room = self.paths.columns[self.at][self.lane].ids, self.reading.room
        return translating.ending(self.language_model.tokenizer, ids, self.limit, room)

    def snapshot(self) -> dict[str, object]:
        """Todo lo que hace falta para dibujar el widget."""
        step, line = self.step(), self.paths.line(self.at, self.lane)
        tokenizer = self.language_model.tokenizer
        ids = [self.paths.columns[at][lane].ids[-1] for at, lane in enumerate(line)]
        return {
            "source": self.source,
            "strategy": self.strategy,
            "beams": self.beams,
            **view.attention_choices(self.greedy, self.layer, self.head),
            "pieces": view.source_pieces(self.reading, step, self.layer, self.head),
            "chips": view.target_chips(tokenizer, ids),
            "position": self.at,
            "lane": self.lane,
            **view.distribution(step, self.rows),
            "where": view.where(step, len(line)),
            "summary": view.summary(self.reading, step, self.layer, self.head),
            "ending": view.ENDINGS[self._finish()],
            "lanes": view.lanes(tokenizer, self.paths, line) if self.strategy == BEAM else [],
            "finished": view.finished(tokenizer, self.paths, self.greedy) if self.strategy == BEAM and self.greedy else [],
            "status": self.notice,
        }

    @property
    def translation(self) -> str:
        """La traducción entera que gana con la estrategia elegida."""
        return tokens.text(self.language_model.tokenizer, self.paths.winner.ids) if self.paths.columns else ""


def _strategy(name: str) -> str:
    if name not in STRATEGIES:
        raise ValueError(f"No conozco la estrategia «{name}»: elige entre «voraz» y «haz».")
    return name


def _whole(what: str, number: object, low: int, high: int) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or not low <= number <= high:
        shown = theme.number(number) if isinstance(number, int | float) and not isinstance(number, bool) else repr(number)
        raise ValueError(f"El número {what} va de {low} a {high} y he recibido {shown}.")
    return number
