"""La calculadora de tamaño sin pantalla: la forma de un decodificador y su uso entran; parámetros, memoria y si cabe, salen como datos."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from course_utils import sizing, theme
from course_utils.sizing import Shape
from course_utils.sizing.budget import CHIPS, H100, USABLE, training_bytes
from course_utils.sizing.shape import GPT2, decoders
from course_utils.widgets import amounts
from course_utils.widgets.fields import FIELDS, TRAINING, USING

OWN = "a medida"
TOKENS_PER_PARAMETER, UTILIZATION = 20, 0.4  # Hoffmann y otros (2022); 40 %, lo que declara Llama 3.1 405B (38–43 %)


@dataclass(frozen=True)
class Usage:
    """Para qué se quiere el modelo y dónde."""

    task: str = USING
    precision: str = "bfloat16"
    context: int = 4096
    batch: int = 1
    chip: str = "NVIDIA H100"


class Fitting:
    """Lo que la calculadora recuerda: la forma, el uso y de qué modelo público se partió. Un valor que no vale no cambia nada."""

    def __init__(self, shape: Shape, usage: Usage, name: str = OWN) -> None:
        self.shape, self.usage, self.name, self.notice = shape, usage, name, ""
        self._fit_context()

    def change(self, name: str, value: object) -> dict[str, object]:
        """Cambia una casilla. Lanza ValueError, con una frase, si el valor no vale o la forma no se puede construir."""
        if name not in FIELDS:
            raise ValueError(f"No hay ninguna casilla llamada «{name}»: las que hay son {', '.join(FIELDS)}.")
        good = FIELDS[name].read(value)
        self.notice = ""
        if FIELDS[name].group == "uso":
            self._checked_context(name, good)
            self.usage = replace(self.usage, **{name: good})
        elif good != getattr(self.shape, name):
            self.shape, self.name = self._reshaped(name, good), OWN
            self._fit_context()
        return self.snapshot()

    def _reshaped(self, name: str, value: object) -> Shape:
        if name == "style" and value == GPT2 and (self.shape.kv_heads != self.shape.heads or self.shape.experts > 1):
            changed = replace(self.shape, style=value, kv_heads=self.shape.heads, experts=1, active_experts=1)
            self.notice = f"GPT-2 no agrupa cabezas ni tiene expertos: pongo {self.shape.heads} de clave y valor, y un experto."
            return changed
        return replace(self.shape, **{name: value})

    def preset(self, name: str) -> dict[str, object]:
        """Pone la forma de un modelo público. Lanza ValueError si no lo hay."""
        if name not in decoders():
            raise ValueError(f"No tengo la forma de «{name}»; hay: {', '.join(decoders())}.")
        self.shape, self.name, self.notice = sizing.public_shape(name), name, ""
        self._fit_context()
        return self.snapshot()

    def _window(self) -> float:
        return self.shape.positions if self.shape.style == GPT2 else math.inf

    def _checked_context(self, name: str, value: object) -> None:
        if name == "context" and value > self._window():
            raise ValueError(f"Con posiciones aprendidas, como GPT-2, no se lee más de lo que tiene la tabla: "
                             f"{theme.number(self._window())} tokens, y has pedido {theme.number(value)}.")  # fmt: skip

    def _fit_context(self) -> None:
        if self.usage.context > self._window():
            self.usage = replace(self.usage, context=int(self._window()))
            self.notice += f" Su tabla tiene {theme.number(self._window())} posiciones: el contexto baja hasta ahí."
            self.notice = self.notice.strip()

    def memory(self) -> dict[str, float]:
        """Lo que ocupa cada cosa, en bytes."""
        if self.usage.task == TRAINING:
            return training_bytes(self.shape.parameters, self._trainable())
        cache = self.shape.cache_per_token * self._cache_bytes() * self.usage.context * self.usage.batch
        return {"pesos": sizing.weights_bytes(self.shape.parameters, self.usage.precision), "caché de claves y valores": cache}

    def _cache_bytes(self) -> int:
        """Por número: como los pesos, pero nunca menos de 16 bits."""
        return 4 if self.usage.precision == "float32" else 2

    def _trainable(self) -> str:
        return self.usage.precision if self.usage.precision == "float32" else "bfloat16"

    def fits(self) -> bool:
        """Si cabe en lo que se puede usar de la memoria elegida."""
        return sum(self.memory().values()) <= USABLE * CHIPS[self.usage.chip].memory

    def snapshot(self) -> dict[str, object]:
        """Todo lo que hace falta para dibujar la calculadora."""
        return {
            "fields": [self._field(name) for name in FIELDS],
            "presets": [*decoders(), OWN],
            "preset": self.name,
            "total": f"{theme.number(self.shape.parameters)} parámetros",
            "short": amounts.count(self.shape.parameters),
            "per_token": self._per_token(),
            "parts": self._parts(),
            **self._room(),
            "cost": self._cost(),
            "status": self.notice,
        }

    def _field(self, name: str) -> dict[str, object]:
        field = FIELDS[name]
        return field.filled(getattr(self.shape if field.group == "forma" else self.usage, name))

    def _per_token(self) -> str:
        used = self.shape.parameters_per_token
        share = theme.percent(used / self.shape.parameters)
        return f"Cada token pasa por {amounts.count(used)}: el {share}." if used < self.shape.parameters else ""

    def _parts(self) -> list[dict[str, object]]:
        found, total, how = self.shape.components(), self.shape.parameters, self._how()
        return [{"name": name, "share": round(n / total, 5), "percent": theme.percent(n / total), "text": amounts.count(n),
                 "how": how[name], "spoken": f"{name}: {amounts.count(n)}, {theme.percent(n / total)}. {how[name]}"}
                for name, n in found.items()]  # fmt: skip

    def _how(self) -> dict[str, str]:
        """De dónde sale cada cuenta, en pocas palabras."""
        s, number = self.shape, theme.number
        tables = "una tabla" if s.tied else "dos tablas"
        experts = f" × {number(s.experts)} expertos" if s.experts > 1 else ""
        matrices = 2 if s.style == GPT2 else 3
        positions = f", y {number(s.positions)} posiciones" if s.style == GPT2 else ""
        return {
            "embeddings": f"{tables} de {number(s.vocabulary)} × {number(s.width)}{positions}",
            "atención": f"{number(s.layers)} capas; {s.heads} cabezas de {s.head}, {s.kv_heads} de clave y valor",
            "feed-forward": f"{number(s.layers)} capas{experts} × {matrices} matrices de {number(s.width)} × {number(s.feed_forward)}",
            "normas": "unos pocos vectores por capa",
        }

    def _room(self) -> dict[str, object]:
        found, chip = self.memory(), CHIPS[self.usage.chip]
        need, usable = sum(found.values()), USABLE * chip.memory
        whole = max(need, chip.memory)
        rows = [{"name": name, "text": amounts.size(n), "share": round(n / whole, 9)} for name, n in found.items()]
        return {"memory": rows, "need": amounts.size(need), "capacity": round(chip.memory / whole, 5), "usable": round(usable / whole, 5),
                "fits": self.fits(), "verdict": self._verdict(need, usable), "room": self._note()}  # fmt: skip

    def _verdict(self, need: float, usable: float) -> str:
        chip = CHIPS[self.usage.chip]
        room = f"ocupa {amounts.size(need)}, y de {amounts.size(chip.memory)} se pueden usar {amounts.size(usable)}."
        return f"Cabe en {chip.phrase}: {room}" if need <= usable else f"No cabe en {chip.phrase}: {room} {self._instead(need, usable)}"

    def _instead(self, need: float, usable: float) -> str:
        """Qué haría falta: menos bits, si con eso basta, o más memoria."""
        names = list(sizing.PRECISIONS)
        if self.usage.task == USING:
            for lower in names[names.index(self.usage.precision) + 1 :]:
                if Fitting(self.shape, replace(self.usage, precision=lower), self.name).fits():
                    return f"En {lower} sí cabría."
        return f"Haría falta {theme.number(math.ceil(need / usable))} veces esa memoria."

    def _note(self) -> str:
        if self.usage.task == TRAINING:
            swapped = f"En {self.usage.precision} no se entrena entero: cuento bfloat16. " * (self.usage.precision != self._trainable())
            return f"{swapped}Siempre 16 bytes por parámetro; las activaciones, que crecen con el texto y el lote, van aparte."
        one = self.shape.cache_per_token * self._cache_bytes()
        quiet = " (la caché, en 16 bits)" if self.usage.precision in ("int8", "4 bits") else ""
        return f"Cada token que se recuerda guarda {amounts.size(one)} de caché{quiet}."

    def _cost(self) -> str:
        used = self.shape.parameters_per_token
        tokens = TOKENS_PER_PARAMETER * used
        flops = sizing.training_flops(used, tokens)
        days = flops / sizing.day_flops(UTILIZATION)
        time = _duration(days)
        each = "parámetro" if used == self.shape.parameters else "parámetro de los que usa"
        return (f"Entrenarlo con {TOKENS_PER_PARAMETER} tokens por {each}: {amounts.of(tokens, 'tokens')} y {amounts.power(flops)} "
                f"operaciones, {time} de {H100.phrase} aprovechada al {theme.percent(UTILIZATION)}.")  # fmt: skip


def _duration(days: float) -> str:
    """«unos 226 días», «5,3 horas», «12 minutos» o «menos de dos minutos»."""
    if days >= 2:
        return f"unos {theme.number(days, 0)} días"
    minutes = 24 * 60 * days
    if minutes >= 90:
        return f"{theme.number(minutes / 60, 1)} horas"
    return f"{theme.number(minutes, 0)} minutos" if minutes >= 2 else "menos de dos minutos"
