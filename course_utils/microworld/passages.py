"""Un texto del que se puede preguntar: lo que se ve, las preguntas que contesta, las que no y lo que nombra."""
from dataclasses import dataclass, field

UNKNOWN = "El texto no lo dice."


@dataclass(frozen=True)
class Question:
    """Una pregunta y su respuesta; `answerable` es falso si el texto no la contesta (y entonces la respuesta es `UNKNOWN`)."""

    text: str
    answer: str
    answerable: bool = True


def unanswerable(text: str) -> Question:
    """Una pregunta que el texto no contesta."""
    return Question(text, UNKNOWN, False)


@dataclass(frozen=True)
class Passage:
    """`lists`: lo que nombra, en orden, por clase («personas», «lugares»…); `summary`: una frase, si la tiene; `label`: de qué trata."""

    text: str
    kind: str
    questions: tuple[Question, ...]
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    summary: str = ""
    label: str = ""
