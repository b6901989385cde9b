"""Máscaras y objetivos sin pantalla: un texto entra; qué lee la red, qué ve cada token y qué se puntúa, sale como datos corrientes."""

from __future__ import annotations

from course_utils import theme, tokens
from course_utils.architectures import objectives
from course_utils.architectures.objectives import ARCHITECTURE, Example, Marks
from course_utils.diagrams.masks import runs
from course_utils.models import LanguageModel
from course_utils.widgets.reading import sendable

LONGEST = 128  # tokens que caben en la vista
TITLES = {
    objectives.MASKED: ("Codificador", "BERT: ve a los dos lados y adivina lo tapado"),
    objectives.CAUSAL: ("Decodificador", "GPT: solo ve lo anterior y adivina lo que sigue"),
    objectives.SPANS: ("Codificador-decodificador", "T5: lee el texto con huecos y escribe lo que falta"),
    objectives.PREFIX: ("…con prefijo", "Lee el principio y escribe el resto"),
}


class Session:
    """Lo que el widget recuerda: el texto, el objetivo y el sorteo. Cada método devuelve datos que se pueden enviar tal cual."""

    def __init__(self, language_model: LanguageModel, text: str, *, objective: str = objectives.MASKED, seed: int = 0) -> None:
        if objective not in objectives.OBJECTIVES:
            raise ValueError(f"No conozco el objetivo «{objective}»: elige entre {', '.join(objectives.OBJECTIVES)}.")
        self.tokenizer, self.marks = language_model.tokenizer, objectives.marks(language_model.tokenizer, sentinels=64)
        self.objective, self.seed, self.text, self.ids, self.notice = objective, seed, "", (), ""
        try:
            self.write(text)
        except ValueError as error:
            self.text, self.notice = sendable(text), str(error)

    def write(self, text: str) -> dict[str, object]:
        """Otro texto. Uno vacío deja la vista vacía; uno que no cabe no cambia nada."""
        text = sendable(text)
        ids = tuple(tokens.ids(self.tokenizer, tokens.clean(text)))
        if len(ids) > LONGEST:
            raise ValueError(f"El texto ocupa {len(ids)} tokens y en la vista caben {LONGEST}: acórtalo.")
        self.text, self.ids, self.notice = text, ids, "" if ids else "Escribe un texto para ver qué lee la red y qué se puntúa."
        return self.snapshot()

    def choose(self, objective: str) -> dict[str, object]:
        """Otro objetivo, y con él otra arquitectura."""
        if objective not in objectives.OBJECTIVES:
            raise ValueError(f"No conozco el objetivo «{objective}»: elige entre {', '.join(objectives.OBJECTIVES)}.")
        self.objective = objective
        return self.snapshot()

    def draw_again(self) -> dict[str, object]:
        """Otro sorteo: se tapan otros tokens, o el corte cae en otro sitio."""
        self.seed += 1
        return self.snapshot()

    def example(self, objective: str | None = None) -> Example | None:
        """El texto preparado para un objetivo (sin decir cuál, el elegido); None si no hay texto."""
        return objectives.example(objective or self.objective, self.ids, self.marks, seed=self.seed) if self.ids else None

    def snapshot(self) -> dict[str, object]:
        """Todo lo que hace falta para dibujar el widget."""
        example = self.example()
        return {
            "text": self.text,
            "objective": self.objective,
            "objectives": [{"name": name, "title": title, "hint": hint} for name, (title, hint) in TITLES.items()],
            **(view(example, self.tokenizer, self.marks) if example else {"read": [], "written": [], "sees": [], "spoken": [], "first": 0}),
            "summary": _summary(example) if example else "",
            "status": self.notice,
        }


def view(example: Example, tokenizer: object, marks: Marks) -> dict[str, object]:
    """Las fichas leídas y escritas, los tramos que ve cada posición y la frase que la cuenta; `first`, la que se mira al empezar."""
    wanted = list(example.predicts) if example.written else []
    read = _chips(example.read, [None] * len(example.read) if example.written else example.predicts, tokenizer, marks)
    written = _chips(example.written, wanted, tokenizer, marks)
    joined, chips = example.sight.joined, [*read, *written]
    scored = [place for place, chip in enumerate(chips) if chip["predicts"]]
    return {
        "read": read,
        "written": written,
        "sees": [runs(row.tolist()) for row in joined],
        "spoken": [_spoken(chip, int(row.sum()), len(chips)) for chip, row in zip(chips, joined, strict=True)],
        "first": scored[len(scored) // 2],
    }


def _chips(ids: tuple[int, ...], predicts: object, tokenizer: object, marks: Marks) -> list[dict[str, object]]:
    chips, after_mark = [], True
    for place, (token, wanted) in enumerate(zip(ids, predicts, strict=True)):
        text = tokens.START if place == 0 and token == marks.end else _text(token, tokenizer, marks)
        special = token >= marks.base or token == marks.end
        chips.append(
            {
                "text": text.strip(" ") or "␣",
                "glued": not (special or after_mark) and (text[:1].isalnum() or text[:1] == "⟨"),
                "special": special,
                "predicts": "" if wanted is None else marks.label(tokenizer, wanted),
            }
        )
        after_mark = special
    return chips


def _text(token: int, tokenizer: object, marks: Marks) -> str:
    return marks.label(tokenizer, token) if token >= marks.base else tokens.piece(tokenizer, token)


def _spoken(chip: dict[str, object], seen: int, count: int) -> str:
    does = f"tiene que predecir «{chip['predicts']}», y se puntúa" if chip["predicts"] else "no predice nada que se puntúe"
    return f"«{chip['text']}» ve {seen} de {count} tokens; {does}."


def _summary(example: Example) -> str:
    share = theme.percent(example.scored / len(example.predicts))
    side = "lo que escribe el decodificador" if example.written else f"lo que lee el {ARCHITECTURE[example.objective]}"
    return f"Se puntúan {example.scored} de las {len(example.predicts)} posiciones de {side}: {share}."
