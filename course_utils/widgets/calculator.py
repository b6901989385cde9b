"""Calculadora de tamaño: la forma de un decodificador, sus parámetros, la memoria que pide y si cabe donde se quiere."""

from __future__ import annotations

from course_utils import sizing
from course_utils.sizing import Shape
from course_utils.widgets import assets, fitting_still
from course_utils.widgets.base import Base
from course_utils.widgets.fields import FIELDS
from course_utils.widgets.fitting import OWN, Fitting, Usage


class SizeCalculator(Base):
    """La cáscara de la calculadora; lo que hace está en `fitting.Fitting`."""

    _esm = assets.module("size_calculator")
    _css = assets.stylesheet("size_calculator")
    TITLE = "Calculadora de tamaño"
    PRONOUN = "la"
    ACTIONS = ("hello", "change", "preset")

    def __init__(self, fitting: Fitting) -> None:
        self.fitting = fitting
        super().__init__()

    @property
    def shape(self) -> Shape:
        """La forma del modelo que hay en la calculadora."""
        return self.fitting.shape

    def set(self, **values: object) -> None:
        """Cambia casillas desde Python, una tras otra: `vista.set(layers=24, chip="T4")`. Lo que no vale se dice en la línea de estado."""
        for name, value in values.items():
            self.send(self.answer({"kind": "change", "name": name, "value": value}))

    def current(self) -> dict[str, object]:
        return self.fitting.snapshot()

    def _on_change(self, name: str, value: object) -> dict[str, object]:
        return self.fitting.change(name, value)

    def _on_preset(self, name: str) -> dict[str, object]:
        return self.fitting.preset(name)

    def draw(self) -> bytes:
        return fitting_still.calculator(self.current())

    def describe(self) -> str:
        view = self.current()
        parts = ", ".join(f"{part['name']} {part['percent']}" for part in view["parts"])
        memory = " + ".join(f"{row['name']} {row['text']}" for row in view["memory"])
        use = self.fitting.usage
        where = f"{use.context} tokens, {use.batch} a la vez, {use.precision}" if use.task == "usarlo" else use.precision
        return "\n".join([f"Calculadora de tamaño: {view['preset']}. {view['total']}.", f"Por piezas: {parts}. {view['per_token']}".strip(),
                          f"Para {use.task} ({where}): {memory}.", view["verdict"], view["room"], view["cost"],
                          "Ejecuta esta celda para cambiar la forma, la precisión o la tarjeta."])  # fmt: skip


def size_calculator(model: str | Shape = "Llama 3.1 8B", *, task: str = "usarlo", precision: str = "bfloat16", context: int = 4096,
                    batch: int = 1, chip: str = "NVIDIA H100") -> SizeCalculator:  # fmt: skip
    """Una calculadora: elige un modelo público o escribe tus medidas, y mira cuánto mide, cuánto ocupa y si cabe.

    model: un nombre de `sizing.PUBLIC` que sea un decodificador, o una `sizing.Shape` (la de cualquier configuración, con
    `sizing.of_config`). task: «usarlo» o «entrenarlo». precision: «float32», «bfloat16», «int8» o «4 bits». context: tokens por
    conversación; con posiciones aprendidas, no más de las que haya. batch: conversaciones a la vez. chip: dónde.
    Lanza ValueError, con una frase, si algo no vale.
    """
    given = {"task": task, "precision": precision, "context": context, "batch": batch, "chip": chip}
    usage = Usage(**{name: FIELDS[name].read(value) for name, value in given.items()})
    if isinstance(model, Shape):
        return SizeCalculator(Fitting(model, usage))
    return SizeCalculator(Fitting(sizing.public_shape(model), usage, model))


__all__ = ["OWN", "SizeCalculator", "size_calculator"]
