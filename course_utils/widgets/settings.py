"""Los cinco mandos del taller de muestreo: qué valores admiten, cómo se leen y qué se dice cuando un valor no vale."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from numbers import Real

from course_utils import theme

LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True)
class Settings:
    """Un ajuste completo: lo que `generation.steps` necesita además del prompt."""

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    max_new_tokens: int = 40
    seed: int = 0

    def sampler(self) -> dict[str, float]:
        """Solo lo que cambia el reparto: los argumentos de `generation.distribution`."""
        return {"temperature": self.temperature, "top_k": self.top_k, "top_p": self.top_p}

    def generation(self) -> dict[str, float]:
        """Los argumentos de `generation.steps`."""
        return asdict(self)


@dataclass(frozen=True)
class Control:
    """Un mando: su nombre en pantalla, lo que explica, sus límites, sus paradas y cómo se lee cada valor."""

    name: str
    title: str
    help: str
    low: float
    high: float
    stops: tuple[float, ...]
    read: Callable[[float], str]
    whole: bool = False


def _steps(low: float, high: float, step: float) -> tuple[float, ...]:
    return tuple(round(low + i * step, 4) for i in range(round((high - low) / step) + 1))


def _temperature_text(T: float) -> str:
    mood = "voraz" if T == 0 else "más prudente" if T < 1 else "la del modelo" if T == 1 else "más atrevida"
    return f"{theme.number(T)} · {mood}"


def _top_k_text(k: float) -> str:
    return "apagado · todos" if k == 0 else f"{theme.number(k)} · {'solo el mejor' if k == 1 else 'los mejores'}"


def _top_p_text(p: float) -> str:
    return "1 · apagado" if p == 1 else f"{theme.number(p)} · {'solo el mejor' if p == 0 else 'hasta sumar ' + theme.percent(p)}"


CONTROLS = {
    control.name: control
    for control in (
        Control("temperature", "Temperatura", "Divide los logits: por debajo de 1 concentra el reparto; por encima, lo aplana.",
                0, 2, _steps(0, 2, 0.05), _temperature_text),
        Control("top_k", "Top-k", "Se quedan los k tokens más probables; el resto se corta.",
                0, math.inf, (*range(1, 11), 12, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200), _top_k_text, whole=True),
        Control("top_p", "Top-p", "Se queda el conjunto más pequeño de tokens cuya suma alcanza p.",
                0, 1, _steps(0, 1, 0.05), _top_p_text),
        Control("max_new_tokens", "Máximo de tokens nuevos", "Cuántos tokens se generan como mucho.",
                1, 200, (1, 2, 5, *range(10, 201, 10)), theme.number, whole=True),
        Control("seed", "Semilla", "La misma semilla con los mismos ajustes da el mismo texto.",
                0, LARGEST_SEED, (), theme.number, whole=True),
    )
}  # fmt: skip


def clean(values: Mapping[str, object], base: Settings | None = None) -> tuple[Settings, list[str]]:
    """Ajustes que se pueden usar y, por cada valor que no valía, una frase que dice qué se ha hecho.

    Un valor fuera de los límites se lleva al límite más cercano; uno que no es un número deja el que había en `base`.
    """
    base = base or Settings()
    good, complaints = {}, []
    for name, value in values.items():
        good[name], complaint = _clean(name, value, base)
        complaints += [complaint] if complaint else []
    return replace(base, **{name: value for name, value in good.items() if name in CONTROLS}), complaints


def _clean(name: str, value: object, base: Settings) -> tuple[object, str]:
    if name not in CONTROLS:
        return None, f"No hay ningún mando llamado «{name}»: los que hay son {', '.join(CONTROLS)}."
    control, before = CONTROLS[name], getattr(base, name)
    if isinstance(value, bool) or not isinstance(value, Real) or math.isnan(value):
        return before, f"«{control.title}» tiene que ser un número y he recibido {_shown(value)}: dejo {_shown(before)}."
    bounded = min(max(value, control.low), control.high)
    if bounded != value:
        return _typed(control, bounded), f"«{control.title}» {_limits(control)} y he recibido {_shown(value)}: uso {_shown(bounded)}."
    if math.isinf(bounded):
        return 0, ""
    if control.whole and bounded != int(bounded):
        return round(bounded), f"«{control.title}» es un número entero y he recibido {_shown(value)}: uso {round(bounded)}."
    return _typed(control, bounded), ""


def _typed(control: Control, value: float) -> float:
    return int(value) if control.whole else float(value)


def _limits(control: Control) -> str:
    return f"va de {_shown(control.low)} a {_shown(control.high)}" if control.high < math.inf else f"no baja de {_shown(control.low)}"


def _shown(value: object) -> str:
    if isinstance(value, Real) and not isinstance(value, bool):
        return theme.number(value)
    return repr(value) if len(repr(value)) <= 40 else repr(value)[:39] + "…"


def options(name: str, current: float, vocabulary: int) -> list[dict[str, object]]:
    """Las paradas de un deslizador, en orden: [{"value": 0.7, "text": "0,7 · más prudente"}, …]; el valor actual está siempre.

    En top-k la última parada es 0 (apagado), para que ir a la derecha sea siempre dejar pasar más tokens.
    """
    control = CONTROLS[name]
    top_k = name == "top_k"
    stops = {stop for stop in (*control.stops, current) if not top_k or 0 < stop < vocabulary or stop == current != 0}
    ordered = [*sorted(stops), 0] if top_k else sorted(stops)
    return [{"value": stop, "text": control.read(stop)} for stop in ordered]


def describe(settings: Settings) -> str:
    """Los ajustes en una línea: «temperatura 0,7, top-k apagado, top-p 0,9, semilla 3»."""
    k = "apagado" if settings.top_k == 0 else theme.number(settings.top_k)
    p = "apagado" if settings.top_p == 1 else theme.number(settings.top_p)
    return f"temperatura {theme.number(settings.temperature)}, top-k {k}, top-p {p}, semilla {theme.number(settings.seed)}"
