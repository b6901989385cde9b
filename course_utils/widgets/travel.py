"""El viaje de un token sin pantalla: un modelo y un texto entran; las apuestas tras cada capa y lo que mueve cada parte salen."""

from __future__ import annotations

import numpy as np

from course_utils import inspection, theme
from course_utils.inspection import Guess, Lens, ResidualStream
from course_utils.models import LanguageModel
from course_utils.widgets.reading import capture, sendable

LIMIT = 128  # tokens
GUESSES = 3
ASKS = {"decodificador": "Qué token espera después", "codificador": "Qué token pondría en su lugar",
        "codificador-decodificador": "Qué token escribiría después"}  # fmt: skip


class Travel:
    """Lo que la vista recuerda: los textos, las apuestas de cada nivel y el lugar elegido. ValueError si algo no vale."""

    def __init__(self, language_model: LanguageModel, text: str = "", target: str | None = None, *, position: int | None = None) -> None:
        self.language_model = language_model
        self.write(text, target or "")
        if position is not None:
            self.choose(position)

    def choose(self, position: int) -> None:
        """Elige el token que viaja. Lanza ValueError si no existe."""
        size = len(self.stream.labels)
        if isinstance(position, bool) or not isinstance(position, int) or not 0 <= position < size:
            raise ValueError(f"El lugar {position!r} no existe: hay {size} tokens, del 0 al {size - 1}.")
        self.position = position

    def write(self, text: str, target: str = "") -> None:
        """Lee otros textos y elige el último token; `target` vacío es lo que escriba el modelo. Si algo no vale, nada cambia."""
        text, target = sendable(text), sendable(target)
        (stream, lens), notice = capture(lambda: self._read(text, target.strip() or None))
        self.text, self.target, self.notice, self.stream, self.lens = text, target, notice, stream, lens
        self.position = self._first_look()

    def _read(self, text: str, target: str | None) -> tuple[ResidualStream, Lens]:
        inputs = inspection.read(self.language_model, text, target=target)
        ids, _ = inputs.decoded
        if len(ids) > LIMIT:
            raise ValueError(f"El texto ocupa {len(ids)} tokens y el viaje se enseña hasta con {LIMIT}: acórtalo.")
        given = {"target": ids[1:]} if inputs.target_ids else {}
        return tuple(look(self.language_model, inputs.ids, **given) for look in (inspection.residual_stream, inspection.logit_lens))

    def _first_look(self) -> int:
        """El hueco, si lo hay; si no, el último token."""
        mask = self.language_model.tokenizer.mask_token_id
        found = [place for place, token_id in enumerate(self.stream.ids) if token_id == mask and mask is not None]
        return found[0] if found else len(self.stream.ids) - 1

    @property
    def levels(self) -> list[str]:
        """El nombre de cada nivel: lo que entra y lo que sale de cada capa."""
        return ["entrada", *(f"tras la capa {layer}" for layer in range(len(self.stream.states) - 1))]

    def snapshot(self) -> dict[str, object]:
        """Todo lo que hace falta para dibujar el viaje de cualquiera de los tokens."""
        return {
            "fields": self._fields(),
            "tokens": list(self.stream.labels),
            "levels": self.levels,
            "parts": list(self.stream.parts),
            "asks": ASKS[self.language_model.role],
            "journeys": [self._journey(position) for position in range(len(self.stream.ids))],
            "position": self.position,
            "status": self.notice,
        }

    def _journey(self, position: int) -> dict[str, object]:
        """De un token: las apuestas de cada nivel, [[nombre, p, «p %»], …], lo que mueve cada parte y la frase que lo resume."""
        guesses = [[_shown(guess) for guess in self.lens.top(level, position, GUESSES)] for level in range(len(self.levels))]
        moves, since = _moves(self.stream, position), self.since(position)
        return {"guesses": guesses, "moves": moves, "since": since, "summary": self.summary(position)}

    def since(self, position: int) -> int:
        """El primer nivel desde el que la mejor apuesta ya no cambia."""
        best = self.lens.logits[:, position].argmax(-1)
        changes = np.flatnonzero(best != best[-1])
        return int(changes[-1]) + 1 if len(changes) else 0

    def summary(self, position: int) -> str:
        """El viaje en una frase."""
        last, since = self.lens.top(len(self.levels) - 1, position, 1)[0], self.since(position)
        when = f"gana ya {self.levels[since]}" if since else "gana desde la entrada"
        if since == len(self.levels) - 1:
            when = "hasta el final no se pone en cabeza"
        return f"Al leer «{self.stream.labels[position]}» la respuesta es «{last.label}» ({theme.percent(last.probability)}): {when}."

    def _fields(self) -> list[dict[str, str]]:
        first = {"name": "text", "label": "Texto", "value": self.text, "hint": ""}
        if self.language_model.role != "codificador-decodificador":
            return [first]
        hint = "Vacío: lo que escriba el modelo"
        second = {"name": "target", "label": "Texto que se escribe", "value": self.target, "hint": hint}
        return [first | {"label": "Texto que se lee"}, second]


def _shown(guess: Guess) -> list[object]:
    return [guess.label, round(guess.probability, 4), theme.percent(guess.probability)]


def _moves(stream: ResidualStream, position: int) -> list[list[float]]:
    """Por cada capa y parte, cuánto mueve el vector: la longitud de lo que le suma entre la que traía."""
    steps = stream.contributions[:, :, position]  # (L, P, D)
    before = stream.states[:-1, position][:, None] + np.cumsum(steps, axis=1) - steps
    sizes = np.linalg.norm(steps, axis=-1) / np.maximum(np.linalg.norm(before, axis=-1), 1e-9)
    return np.round(sizes.astype(float), 3).tolist()
