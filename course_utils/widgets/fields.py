"""Las casillas de la calculadora de tamaño: qué valores admiten y qué se dice cuando uno no vale."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from course_utils import theme
from course_utils.sizing import PRECISIONS
from course_utils.sizing.budget import CHIPS
from course_utils.sizing.shape import STYLES

USING, TRAINING = "usarlo", "entrenarlo"


@dataclass(frozen=True)
class Field:
    """Una casilla: su nombre en pantalla, lo que explica y lo que admite (un entero entre dos límites, una opción o sí y no)."""

    name: str
    title: str
    help: str
    low: int = 0
    high: int = 0
    options: tuple[str, ...] = ()
    group: str = "forma"

    @property
    def kind(self) -> str:
        """«number», «choice» o «check»."""
        return "choice" if self.options else "number" if self.high else "check"

    def filled(self, value: object) -> dict[str, object]:
        """La casilla con su valor, como la pinta el navegador."""
        return {"name": self.name, "title": self.title, "help": self.help, "kind": self.kind, "group": self.group, "value": value,
                "low": self.low, "high": self.high, "options": list(self.options)}  # fmt: skip

    def read(self, value: object) -> object:
        """El valor, si vale; si no, lanza ValueError con lo que se esperaba y lo que ha llegado."""
        if self.kind == "check":
            good = isinstance(value, bool)
        elif self.kind == "choice":
            good = value in self.options
        else:
            good = isinstance(value, int | float) and not isinstance(value, bool) and value == value and self.low <= value <= self.high
            good = good and int(value) == value
        if not good:
            raise ValueError(f"«{self.title}» {self._wanted()} y he recibido {_shown(value)}: dejo lo que había.")
        return int(value) if self.kind == "number" else value

    def _wanted(self) -> str:
        if self.kind == "check":
            return "es sí o no"
        if self.kind == "choice":
            return f"es una de estas: {', '.join(self.options)},"
        return f"es un número entero de {theme.number(self.low)} a {theme.number(self.high)}"


def _shown(value: object) -> str:
    if value is None or value == "":
        return "una casilla vacía"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return theme.number(value)
    return f"«{value}»" if isinstance(value, str) and len(value) <= 40 else repr(value)[:40]


FIELDS = MappingProxyType({field.name: field for field in (
    Field("style", "Estilo", "Qué lleva cada capa: dos matrices con sesgos (GPT-2), o tres sin ellos (Llama, Qwen3).", options=STYLES),
    Field("layers", "Capas", "Cuántos bloques, uno tras otro.", 1, 1_000),
    Field("width", "Ancho", "Los números del vector de cada token.", 8, 200_000),
    Field("heads", "Cabezas de consulta", "En cuántas partes se reparte la atención.", 1, 1_000),
    Field("kv_heads", "Cabezas de clave y valor", "Si son menos que las de consulta, se comparten: la caché encoge.", 1, 1_000),
    Field("feed_forward", "Ancho feed-forward", "Los números de la capa ancha de cada red feed-forward.", 8, 1_000_000),
    Field("vocabulary", "Vocabulario", "Filas de la tabla de embeddings.", 2, 5_000_000),
    Field("experts", "Expertos por capa", "Redes feed-forward entre las que elegir; 1, si no se elige.", 1, 10_000),
    Field("active_experts", "Expertos por token", "De esas redes, por cuántas pasa cada token.", 1, 10_000),
    Field("tied", "La salida reutiliza la tabla de embeddings", "Una tabla o dos."),
    Field("task", "Para", "Usarlo ya entrenado, o entrenar todos sus pesos con Adam.", options=(USING, TRAINING), group="uso"),
    Field("precision", "Precisión", "Con cuántos bits se guarda cada peso.", options=tuple(PRECISIONS), group="uso"),
    Field("context", "Contexto", "Tokens de cada conversación que hay que recordar.", 1, 100_000_000, group="uso"),
    Field("batch", "Conversaciones a la vez", "Cada una lleva su propia caché.", 1, 1_000_000, group="uso"),
    Field("chip", "Dónde", "Con qué memoria se compara.", options=tuple(CHIPS), group="uso"),
)})  # fmt: skip
