"""La imagen fija de máscaras y objetivos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from course_utils import diagrams
from course_utils.architectures import objectives
from course_utils.widgets import still
from course_utils.widgets.masking import TITLES, Session

WIDTH, MATRIX = 720.0, 190.0  # puntos


def masks(session: Session) -> bytes:
    """Lo que ve un token del objetivo elegido, y las matrices de las tres arquitecturas con el mismo texto."""
    view = session.snapshot()
    parts = [_heading(f"{TITLES[view['objective']][1]}.")]
    if view["spoken"]:
        seen = {place for start, end in view["sees"][view["first"]] for place in range(start, end)}
        parts += _side("Lo que se lee", view["read"], 0, view["first"], seen)
        parts += _side("Lo que se escribe", view["written"], len(view["read"]), view["first"], seen)
        parts += [diagrams.paragraph(view["spoken"][view["first"]], WIDTH, 12.0, bold=True), diagrams.text(view["summary"], 12.0)]
        parts += [diagrams.row(*(_matrix(session, view, name) for name in _three(session)), gap=40.0, align="top").pad(0, 14, 0, 0)]
    else:
        parts.append(diagrams.text(view["status"], role="quiet"))
    return still.diagram(diagrams.column(*parts, gap=8).framed(width=WIDTH).pad(18))


def _heading(words: str) -> diagrams.Diagram:
    return diagrams.text(words, 14.0, bold=True)


def _side(name: str, chips: Sequence[Mapping[str, object]], start: int, chosen: int, seen: set[int]) -> list[diagrams.Diagram]:
    if not chips:
        return []
    drawn = [(_chip(chip, start + at == chosen, start + at in seen), 4.0 if chip["glued"] else 6.0) for at, chip in enumerate(chips)]
    return [diagrams.text(name, 11.0, role="quiet"), diagrams.flow(drawn, WIDTH, line_gap=8.0)]


def _chip(chip: Mapping[str, object], chosen: bool, seen: bool) -> diagrams.Diagram:
    """Lleno, el token que mira; teñido, lo que ve; a rayas, lo que no. Debajo, lo que tiene que predecir."""
    look = dict(fill="accent") if chosen else dict(fill="soft") if seen else dict(fill="cut", edge="quiet", hatch=diagrams.CUT_HATCH)
    return diagrams.chip(chip["text"], note=f"→ {chip['predicts']}" if chip["predicts"] else "", size=13.0, bold=chosen, **look)


def _three(session: Session) -> tuple[str, str, str]:
    """Un objetivo por arquitectura; del codificador-decodificador, el que se mira."""
    last = objectives.PREFIX if session.objective == objectives.PREFIX else objectives.SPANS
    return objectives.MASKED, objectives.CAUSAL, last


def _matrix(session: Session, view: Mapping[str, object], objective: str) -> diagrams.Diagram:
    example = session.example(objective)
    split, row = len(example.read) if example.written else None, view["first"] if objective == session.objective else None
    return diagrams.column(
        diagrams.text(TITLES[objective][0], 12.0, bold=True),
        diagrams.mask(example.sight.joined.tolist(), size=MATRIX, row=row, split=split),
        diagrams.text("fila: quien mira · columna: lo mirado", 10.0, role="quiet"),
        gap=5,
    )
