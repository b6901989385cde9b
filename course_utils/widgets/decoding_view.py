"""Lo que el decodificador paso a paso enseña, como datos corrientes: fichas, barras, bandas de atención, carriles y frases."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import islice

from course_utils import theme, tokens
from course_utils.generation.beams import FINISHED
from course_utils.generation.translating import Reading, Step, start_id
from course_utils.models import LanguageModel
from course_utils.widgets.decoding_paths import Paths
from course_utils.widgets.reading import remainder, scale, share, tail

ENDINGS = {
    None: "",
    "fin": "Con el token de fin, la traducción está terminada.",
    "límite": "Se ha llegado al máximo de tokens: la traducción se corta aquí.",
    "ventana": "No cabe otro token en la ventana: la traducción se corta aquí.",
}


def check_translator(language_model: LanguageModel) -> None:
    """Que el modelo sea un codificador-decodificador. Lanza ValueError, con qué usar en su lugar, si no."""
    if language_model.role != "codificador-decodificador":
        reason = f"El modelo «{language_model.name}» es un {language_model.role}: no lee una frase con atención cruzada para escribir otra."
        raise ValueError(f'{reason} Usa models.load("translator").')
    start_id(language_model)


def attention_choices(steps: Sequence[Step], layer: int, head: int | None) -> dict[str, object]:
    """Cuántas capas y cabezas hay, y cuáles se miran."""
    layers, heads = steps[0].attention.shape[:2] if steps else (0, 0)
    return {"layers": layers, "heads": heads, "layer": layer % layers if layers else 0, "head": head if head is None else head % heads}


def source_pieces(reading: Reading | None, step: Step | None, layer: int, head: int | None) -> list[dict[str, object]]:
    """La frase de origen en trozos, cada uno con la parte de la atención que recibe en este paso."""
    if reading is None or step is None:
        return []
    weights = iter(step.looked(layer, head).tolist())
    shares = [(piece, sum(islice(weights, len(piece.ids)))) for piece in reading.pieces]
    return [{**_chip(piece.text), "p": short(p), "percent": theme.percent(p)} for piece, p in shares]


def target_chips(tokenizer: object, ids: Sequence[int]) -> list[dict[str, object]]:
    """La traducción, un token por ficha."""
    return [{**_chip(tokens.piece(tokenizer, token_id)), "name": tokens.label(tokenizer, token_id)} for token_id in ids]


def _chip(text: str) -> dict[str, object]:
    """El texto de una ficha sin su espacio, y si va pegada a la anterior (es el resto de la misma palabra)."""
    bare = text.strip(" ") or "␣"
    return {"text": bare, "glued": text[:1].isalnum() or text[:1] == "⟨"}


def distribution(step: Step | None, rows: int) -> dict[str, object]:
    """Las barras de un paso: los tokens más probables y, si no es uno de ellos, también el escrito."""
    if step is None:
        return {"rows": [], "rest": "", "scale": 1.0}
    options = step.top(rows)
    if step.token_id not in {one.token_id for one in options}:
        options[-1] = type(options[0])(step.token_id, tokens.label(step.tokenizer, step.token_id), step.probability)
    left = remainder(sum(one.probability for one in options))
    return {
        "rows": [_bar(one, one.token_id == step.token_id) for one in options],
        "rest": f"los otros {theme.number(len(step.log_probabilities) - len(options))} tokens: {theme.percent(left)}",
        "scale": scale(max(one.probability for one in options)),
    }


def _bar(option: object, chosen: bool) -> dict[str, object]:
    percent = theme.percent(option.probability)
    spoken = f"{option.label}: {percent}" + (". Es el escrito" if chosen else "")
    return {"label": option.label, "p": short(option.probability), "percent": percent, "chosen": chosen, "spoken": spoken}


def short(p: float) -> float:
    """Con cuatro cifras, que bastan para dibujar; lo que no es cero sigue sin serlo."""
    return float(f"{p:.4g}")


def where(step: Step | None, count: int) -> str:
    """«Paso 3 de 9: tras «The black», ¿qué token viene?»."""
    if step is None:
        return "Aún no hay nada traducido"
    before = tokens.text(step.tokenizer, step.generated[:-1])
    after = f"tras «{tail(before, 40)}»" if before.strip() else "sin nada escrito"
    return f"Paso {step.position + 1} de {count}: {after}, ¿qué token viene?"


def summary(reading: Reading | None, step: Step | None, layer: int, head: int | None) -> str:
    """Qué se escribe, a qué se mira y cuánto vale lo escrito hasta aquí."""
    if reading is None or step is None:
        return ""
    pieces = source_pieces(reading, step, layer, head)
    most = max(pieces, key=lambda piece: piece["p"])
    name = tokens.label(step.tokenizer, step.token_id)
    total = f"log-probabilidad acumulada, {theme.number(step.total, 2)} ({theme.percent(math.exp(step.total))})"
    return f"Escribe «{name}», con {share(step.probability)}; mira sobre todo a «{most['text']}», {share(most['p'])}; {total}."


def lanes(tokenizer: object, paths: Paths, line: Sequence[int]) -> list[list[dict[str, object]]]:
    """Los carriles: en cada paso, sus hipótesis de mejor a peor."""
    winner = paths.winner.ids if paths.columns else ()
    return [
        [
            {
                "label": tokens.label(tokenizer, one.ids[-1]),
                "percent": theme.percent(math.exp(one.log_probability)),
                "parent": one.parent,
                "ended": one.state == FINISHED,
                "wins": winner[: len(one.ids)] == one.ids,
                "on": at < len(line) and line[at] == lane,
                "spoken": _spoken(tokenizer, one, at, lane, winner),
            }
            for lane, one in enumerate(column)
        ]
        for at, column in enumerate(paths.columns)
    ]


def _spoken(tokenizer: object, one: object, at: int, lane: int, winner: tuple[int, ...]) -> str:
    marks = ", terminada" * (one.state == FINISHED) + ", del camino ganador" * (winner[: len(one.ids)] == one.ids)
    text = tail(tokens.text(tokenizer, one.ids), 60)
    return f"Paso {at + 1}, hipótesis {lane + 1}: {text}; probabilidad {theme.percent(math.exp(one.log_probability))}{marks}"


def finished(tokenizer: object, paths: Paths, greedy: Sequence[Step]) -> list[dict[str, object]]:
    """Las traducciones terminadas, de mejor a peor, y la voraz para comparar: texto, log-probabilidad, tokens y puntuación."""
    rows = [_finished(tokenizer, f"{place}.ª", one.ids, one.log_probability, one.score) for place, one in enumerate(paths.finished, 1)]
    last = greedy[-1]
    return [*rows, _finished(tokenizer, "voraz", last.generated, last.total, last.total / len(last.generated))]


def _finished(tokenizer: object, name: str, ids: tuple[int, ...], total: float, score: float) -> dict[str, object]:
    written = tokens.text(tokenizer, ids).strip()
    return {"name": name, "text": written, "total": theme.number(total, 2), "tokens": str(len(ids)), "score": theme.number(score, 3)}
