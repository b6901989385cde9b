"""El explorador del siguiente token sin pantalla: un contexto entra, filas de barras (datos corrientes) salen."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_utils import generation, theme, tokens
from course_utils.models import LanguageModel
from course_utils.widgets.reading import capture, remainder, scale, sendable, share, tail

TRUTHS = ("stories",)
UNDO_LIMIT = 100
Truth = Callable[[str], np.ndarray]


def true_distribution(language_model: LanguageModel, truth: str | None) -> Truth | None:
    """La función «texto → probabilidades verdaderas (V,)» de un micromundo, o None si no se pide. ValueError si no existe."""
    if truth is None:
        return None
    if truth not in TRUTHS:
        raise ValueError(f'No conozco la verdad «{truth}»: usa truth="stories" o déjalo sin poner.')
    from course_utils.microworld import stories

    return lambda text: stories.next_token(text, language_model.tokenizer)


def explore(language_model: LanguageModel, context: str, *, truth: Truth | None = None, rows: int = 8) -> dict[str, object]:
    """Las `rows` continuaciones que más importan tras `context`, según el modelo y, si se da, según la verdad.

    Devuelve filas {"id", "label", "piece", "model", "truth", textos…}, el resto agrupado, la escala de las barras, un resumen y los avisos.
    ValueError si el texto no se puede leer.
    """
    logits, notice = capture(lambda: generation.next_logits(language_model, context))
    model = generation.distribution(logits).cpu().double().numpy()
    real, refusal = _truth(truth, context)
    shown = _chosen(model, real, rows)
    found = [_row(language_model.tokenizer, i, model, real) for i in shown]
    return {
        "context": context,
        "rows": found,
        "rest": _rest(model, real, shown),
        "scale": scale(max(max(row["model"], row["truth"] or 0) for row in found)),
        "summary": _summary(model, real, found),
        "status": " ".join(filter(None, [notice, refusal])),
        "has_truth": real is not None,
    }


def _truth(truth: Truth | None, context: str) -> tuple[np.ndarray | None, str]:
    """Las probabilidades verdaderas, o None y la frase que explica por qué no las hay."""
    if truth is None:
        return None, ""
    try:
        return np.asarray(truth(context), dtype=float), ""
    except ValueError as error:
        return None, f"Sin verdad con la que comparar: {error}"


def _chosen(model: np.ndarray, real: np.ndarray | None, rows: int) -> list[int]:
    """Los ids que se enseñan: los de mayor probabilidad media entre modelo y verdad, por orden de la del modelo."""
    weight = model if real is None else (model + real) / 2
    best = np.argsort(-weight, kind="stable")[:rows]
    return sorted(best.tolist(), key=lambda i: (-model[i], i))


def _row(tokenizer: object, token_id: int, model: np.ndarray, real: np.ndarray | None) -> dict[str, object]:
    name = tokens.label(tokenizer, token_id)
    p, q = float(model[token_id]), None if real is None else float(real[token_id])
    spoken = f"{name}: {theme.percent(p)}" + ("" if q is None else f" según el modelo, {theme.percent(q)} de verdad")
    return {
        "id": token_id,
        "label": name,
        "model": round(p, 5),
        "truth": None if q is None else round(q, 5),
        "model_text": theme.percent(p),
        "truth_text": "" if q is None else theme.percent(q),
        "spoken": f"{spoken}. Añadir al texto",
    }


def _rest(model: np.ndarray, real: np.ndarray | None, shown: list[int]) -> dict[str, object]:
    left, true_left = (None if p is None else theme.percent(remainder(float(p[shown].sum()))) for p in (model, real))
    return {"label": f"los otros {theme.number(len(model) - len(shown))}", "model_text": left, "truth_text": true_left or ""}


def _summary(model: np.ndarray, real: np.ndarray | None, rows: list[dict[str, object]]) -> str:
    first = max(rows, key=lambda row: row["model"])
    text = f"Lo más probable: «{first['label']}», {first['model_text']}."
    if real is None:
        return text
    return f"{text} Modelo y verdad coinciden en {share(float(np.minimum(model, real).sum()))} del reparto."


def _is_fragment(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


class Exploration:
    """Lo que el explorador recuerda: el contexto, de dónde venía (para deshacer) y el del principio.

    Cada método recibe un gesto y devuelve datos que se pueden enviar tal cual; ninguno sabe qué es un navegador.
    """

    def __init__(self, language_model: LanguageModel, context: str = "", *, truth: str | None = None, rows: int = 8) -> None:
        if isinstance(rows, bool) or not isinstance(rows, int) or not 1 <= rows <= 30:
            raise ValueError(f"El número de barras (tokens) va de 1 a 30 y he recibido {rows!r}.")
        self.language_model, self.rows = language_model, rows
        self.truth = true_distribution(language_model, truth)
        self.initial, self.past, self.typing = sendable(context), [], False
        self.view = self._explore(self.initial)

    def _explore(self, context: str) -> dict[str, object]:
        return explore(self.language_model, sendable(context), truth=self.truth, rows=self.rows)

    def _go(self, context: str, *, typing: bool = False) -> dict[str, object]:
        """Cambia de contexto y apunta el anterior; lo tecleado seguido cuenta como un solo cambio. Si falla, nada cambia."""
        view, before = self._explore(context), self.view["context"]
        if view["context"] != before and not (typing and self.typing):
            self.past = [*self.past, before][-UNDO_LIMIT:]
        self.typing, self.view = typing, view
        return self.snapshot()

    def write(self, text: str) -> dict[str, object]:
        """El contexto pasa a ser lo que se ha tecleado."""
        return self._go(text, typing=True)

    def append(self, token_id: int, text: str | None = None) -> dict[str, object]:
        """Añade un token al contexto (`text` es lo que hay en la caja si aún no había llegado)."""
        if text is not None and sendable(text) != self.view["context"]:
            self.write(text)
        tokenizer, last = self.language_model.tokenizer, self.language_model.vocab_size - 1
        if not 0 <= token_id <= last:
            raise ValueError(f"Los tokens de este modelo van del 0 al {theme.number(last)}, y has pedido el {token_id}.")
        added = tokens.text(tokenizer, [int(token_id)])
        if not added:
            return {**self.snapshot(), "status": "Con (fin) el modelo da el texto por terminado: no hay nada que añadir."}
        if _is_fragment(tokens.token_bytes(tokenizer, int(token_id))):
            return {**self.snapshot(), "status": f"«{added}» es solo parte de una letra: suelto no se puede añadir."}
        return self._go(self.view["context"] + added)

    def undo(self) -> dict[str, object]:
        """Vuelve al contexto anterior."""
        if not self.past:
            return {**self.snapshot(), "status": "No queda nada que deshacer."}
        self.typing, self.view = False, self._explore(self.past[-1])
        self.past = self.past[:-1]
        return self.snapshot()

    def reset(self) -> dict[str, object]:
        """Vuelve al contexto del principio (y eso también se puede deshacer)."""
        return self._go(self.initial)

    def snapshot(self) -> dict[str, object]:
        """Todo lo que hace falta para dibujar el explorador."""
        context = self.view["context"]
        where = f"Siguiente token tras «{tail(context)}»" if context.strip() else "Primer token, sin nada delante"
        return {**self.view, "where": where, "can_undo": bool(self.past), "initial": self.initial}
