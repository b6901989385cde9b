"""El taller de muestreo sin pantalla: logits y ajustes entran, datos corrientes (listas, textos y números) salen.

Toda la cuenta la hace `generation.distribution`; aquí solo se elige qué se enseña y cómo se dice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from torch import Tensor

from course_utils import generation, theme, tokens
from course_utils.models import LanguageModel
from course_utils.widgets.reading import capture, remainder, scale, sendable, share, tail
from course_utils.widgets.settings import CONTROLS, Settings, clean, describe, options

ROWS = 10
LEVELS = (0.1, 0.25, 0.5, 0.75)
PANELS = ("A", "B")
ENDINGS = {
    "fin": "el modelo ha puesto fin al texto",
    "límite": "se ha llegado al máximo de tokens",
    "ventana": "no cabe ni un token más en la ventana de contexto",
    "parada": "ha aparecido el texto de parada",
}


def bars(tokenizer: object, logits: Tensor, settings: Settings, *, rows: int = ROWS, chosen: int | None = None) -> dict[str, object]:
    """El reparto antes y después de los ajustes, listo para dibujar.

    logits: (V,) tal como salen de la red. Devuelve `rows` filas por orden de probabilidad del modelo (la temperatura no
    cambia ese orden, así que las filas no saltan al mover un mando), una fila «rest» con el resto y un resumen. Si `chosen`
    (el id que salió) no está entre ellas, ocupa la última.
    """
    before = generation.distribution(logits)
    stages = _stages(logits, settings)
    after = stages["top-p"]
    best = before.topk(min(rows, before.shape[-1])).indices
    if chosen is not None and chosen not in best:
        best[-1] = chosen
    found = [
        _row(tokenizer, *numbers) for numbers in zip(best.tolist(), before[best].tolist(), after[best].tolist(), _cut_by(stages, best))
    ]
    return {
        "rows": found,
        "rest": _rest(before, after, best),
        "scale": scale(max(row[when] for row in found for when in ("before", "after"))),
        "summary": _summary(tokenizer, stages, settings),
    }


def _stages(logits: Tensor, settings: Settings) -> dict[str, Tensor]:
    """El reparto (V,) tras cada ajuste, en el orden en que se aplican."""
    T, k, p = settings.temperature, settings.top_k, settings.top_p
    warm = generation.distribution(logits, temperature=T) if T else generation.distribution(logits)
    after_k = generation.distribution(logits, temperature=T, top_k=k) if k else warm
    after_p = generation.distribution(logits, temperature=T, top_k=k, top_p=p) if p < 1 or not T else after_k
    return {"temperatura": warm, "top-k": after_k, "top-p": after_p}


def _cut_by(stages: Mapping[str, Tensor], ids: Tensor) -> list[str]:
    """Para cada id, qué ajuste lo ha cortado: «top-k», «top-p» o nada."""
    by_k, by_p = (stages["top-k"][ids] == 0).tolist(), (stages["top-p"][ids] == 0).tolist()
    return ["top-k" if k else "top-p" if p else "" for k, p in zip(by_k, by_p)]


def _row(tokenizer: object, token_id: int, before: float, after: float, cut: str) -> dict[str, object]:
    name = tokens.label(tokenizer, token_id)
    was, now = theme.percent(before), "cortado" if after == 0 else theme.percent(after)
    spoken = f"{name}: {was} antes, {now}{' por ' + cut if after == 0 and cut else ''}{' después' if after else ''}"
    return {
        "id": token_id,
        "label": name,
        "before": round(before, 5),
        "after": round(after, 5),
        "before_text": was,
        "after_text": now,
        "cut": after == 0,
        "spoken": spoken,
    }


def _rest(before: Tensor, after: Tensor, shown: Tensor) -> dict[str, object]:
    count = before.shape[-1] - len(shown)
    was, now = (theme.percent(remainder(float(p[shown].sum()))) for p in (before, after))
    alive = int((after > 0).sum()) - int((after[shown] > 0).sum())
    return {"label": f"los otros {theme.number(count)}", "count": count, "before_text": was, "after_text": now if alive else "cortados"}


def _summary(tokenizer: object, stages: Mapping[str, Tensor], settings: Settings) -> str:
    warm, after = stages["temperatura"], stages["top-p"]
    kept, size = int((after > 0).sum()), after.shape[-1]
    if settings.temperature == 0:
        return f"Temperatura 0: sale siempre el más probable, «{tokens.label(tokenizer, int(after.argmax()))}»."
    if kept == size:
        return f"Sin cortes: puede salir cualquiera de los {theme.number(size)} tokens."
    left = "Queda 1 token" if kept == 1 else f"Quedan {theme.number(kept)} tokens"
    held = share(float(warm[after > 0].sum()))
    return f"{left} de {theme.number(size)}; antes del corte {'tenía' if kept == 1 else 'sumaban'} {held}."


def chips(tokenizer: object, steps: Sequence[generation.Step], *, start: int = 0) -> list[dict[str, object]]:
    """El texto desde el paso `start` como fichas: un token cada una (o los que juntos forman una letra) y su probabilidad."""
    found = []
    for piece in tokens.whole_pieces(tokenizer, [step.token_id for step in steps[start:]]):
        found.append(_chip(tokenizer, piece, steps[start : start + len(piece.ids)], start))
        start += len(piece.ids)
    return found


def _chip(tokenizer: object, piece: tokens.Piece, steps: Sequence[generation.Step], start: int) -> dict[str, object]:
    probability = model = 1.0
    for step in steps:
        probability, model = probability * step.probability, model * step.model_probability
    rank = 1 + int((steps[0].logits > steps[0].logits[steps[0].token_id]).sum())
    text = tokens.END if piece.text == tokens.START else piece.text
    name = tokens.label(tokenizer, piece.ids[0]) if len(piece.ids) == 1 else piece.text
    return {
        "text": text,
        "name": name,
        "at": start,
        "p": round(probability, 4),
        "level": sum(probability >= low for low in LEVELS),
        "percent": theme.percent(probability),
        "model_percent": theme.percent(model),
        "rank": f"{theme.number(rank)}.ª opción del modelo",
    }


@dataclass
class Run:
    """Un texto que se está generando (o ya generado) con unos ajustes."""

    tokenizer: object
    settings: Settings
    source: Iterator[generation.Step]
    steps: list[generation.Step] = field(default_factory=list)
    chips: list[dict[str, object]] = field(default_factory=list)
    finish: str | None = None

    def advance(self, count: int) -> int:
        """Genera hasta `count` tokens más; devuelve desde qué ficha ha cambiado el texto.

        Una letra de cuatro bytes puede llegar en cuatro tokens: por eso se rehacen las cuatro últimas fichas.
        """
        for _ in range(count):
            step = None if self.finish else next(self.source, None)
            if step is None:
                self.finish = self.finish or "ventana"
                break
            self.steps.append(step)
            self.finish = step.finish
        first = max(len(self.chips) - 4, 0)
        start = self.chips[first]["at"] if self.chips else 0
        self.chips[first:] = chips(self.tokenizer, self.steps, start=start)
        return first


class Session:
    """Lo que el taller recuerda entre dos gestos: el prompt, los ajustes de cada panel, lo generado y qué posición se mira.

    Cada método recibe un gesto y devuelve datos que se pueden enviar tal cual; ninguno sabe qué es un navegador.
    """

    def __init__(self, language_model: LanguageModel, prompt: str = "", settings: Mapping[str, object] | None = None) -> None:
        self.language_model, self.tokenizer = language_model, language_model.tokenizer
        self.initial_prompt, (self.initial, self.complaints) = sendable(prompt), clean(settings or {})
        self.restart()

    def restart(self) -> dict[str, object]:
        """Vuelve al prompt y a los ajustes del principio, sin texto."""
        self.settings = dict.fromkeys(PANELS, self.initial)
        self.comparing = False
        self.notice = " ".join(filter(None, [*self.complaints, self.write(self.initial_prompt)]))
        return self.snapshot()

    def write(self, prompt: str) -> str:
        """Cambia el prompt; devuelve un aviso («» si todo va bien). Si falla, el taller sigue como estaba."""
        prompt = sendable(prompt)
        logits, notice = capture(lambda: generation.next_logits(self.language_model, prompt))
        self.prompt, self.logits, self.notice = prompt, logits, notice
        self.runs: dict[str, Run] = {}
        self.looking: dict[str, int | None] = dict.fromkeys(PANELS)
        return notice

    def move(self, panel: str, **values: object) -> str:
        """Cambia ajustes de un panel; devuelve las frases sobre los valores que no valían."""
        self.settings[panel], complaints = clean(values, self.settings[panel])
        return " ".join(complaints)

    def compare(self, on: bool) -> None:
        """Abre o cierra el segundo panel; al abrirlo por primera vez nace con otra temperatura, para que haya algo que comparar."""
        self.comparing = on
        if on and self.settings["B"] == self.settings["A"]:
            other = 1.5 if self.settings["A"].temperature <= 1 else 0.5
            self.settings["B"] = replace(self.settings["A"], temperature=other)

    def look(self, panel: str, position: int) -> None:
        """Elige de qué token generado se miran las barras; elegir dos veces el mismo vuelve a las del prompt."""
        run = self.runs.get(panel)
        last = len(run.steps) - 1 if run else -1
        same = position == self.looking[panel]
        self.looking[panel] = None if same or last < 0 else min(max(int(position), 0), last)

    def start(self, panel: str) -> None:
        """Prepara un texto nuevo con los ajustes del panel; los tokens se piden con `advance`."""
        settings = self.settings[panel]
        source, _ = capture(lambda: generation.steps(self.language_model, self.prompt, **settings.generation()))
        self.runs[panel], self.looking[panel] = Run(self.tokenizer, settings, source), None

    def advance(self, panel: str, count: int = 1) -> dict[str, object]:
        """Genera hasta `count` tokens; devuelve las fichas nuevas (o las que cambian) y por qué ha terminado, si ha terminado."""
        run = self.runs.get(panel)
        if run is None:
            return {"panel": panel, "from": 0, "chips": [], "finish": "nada", "status": "Pulsa «Generar» para empezar."}
        first = run.advance(min(max(int(count), 1), 16))
        return {
            "panel": panel,
            "from": first,
            "chips": run.chips[first:],
            "finish": run.finish,
            "status": self._ended(panel) if run.finish else "",
        }

    def _ended(self, panel: str) -> str:
        run = self.runs[panel]
        count = len(run.steps)
        where = f"Ajuste {panel}: " if self.comparing else ""
        return f"{where}{count} token{'' if count == 1 else 's'}: {ENDINGS[run.finish]}."

    def panel(self, panel: str) -> dict[str, object]:
        """Lo que depende de un mando: los ajustes dichos, las barras y de qué momento son."""
        settings, position, run = self.settings[panel], self.looking[panel], self.runs.get(panel)
        step = None if position is None else run.steps[position]
        chosen = step.token_id if step else None
        view = bars(self.tokenizer, step.logits if step else self.logits, settings, chosen=chosen)
        stale = run is not None and run.settings != settings
        return {
            "settings": settings.generation(),
            **view,
            "position": position,
            "chosen": chosen,
            "where": self._where(panel, position),
            "made": f"Hecho con {describe(run.settings)}." if stale else "",
        }

    def _where(self, panel: str, position: int | None) -> str:
        written = self.runs[panel].steps[position - 1].text if position else ""
        text = tail(self.prompt + written)
        return f"Siguiente token tras «{text}»" if text else "Primer token, sin nada delante"

    def snapshot(self) -> dict[str, object]:
        """Todo lo que hace falta para dibujar el taller desde cero."""
        return {
            "prompt": self.prompt,
            "tail": tail(self.prompt),
            "comparing": self.comparing,
            "controls": self._controls(),
            "panels": {name: self.panel(name) for name in PANELS},
            "texts": {name: run.chips for name, run in self.runs.items()},
            "status": self.notice,
        }

    def _controls(self) -> dict[str, list[dict[str, object]]]:
        """Los mandos de cada panel, con sus paradas; la semilla no tiene paradas: es un número."""
        size = self.language_model.vocab_size
        return {panel: [{"name": c.name, "title": c.title, "help": c.help, "low": c.low, "high": None if c.high == float("inf") else c.high,
                         "options": options(c.name, getattr(settings, c.name), size) if c.stops else []} for c in CONTROLS.values()]
                for panel, settings in self.settings.items()}  # fmt: skip
