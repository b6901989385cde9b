"""Lo que se va sabiendo de un cuaderno mientras se traduce: nombres, piezas que hacen falta y avisos."""

from __future__ import annotations

from dataclasses import dataclass, field

from course_utils.conversion.pieces import renamed
from course_utils.conversion.problems import Notice
from course_utils.conversion.shell import installs, interpolated


@dataclass
class Context:
    """Un cuaderno a medio traducir. ``bound`` son los nombres que liga; ``cell`` y ``line``, por dónde va."""

    notebook: str
    echo: bool = False
    install: bool = False
    bound: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    notices: list[Notice] = field(default_factory=list)
    futures: list[str] = field(default_factory=list)
    cell: int = 0
    line: int = 1
    in_function: bool = False
    top: set[str] = field(default_factory=set)  # los que liga fuera de las funciones
    kept: set[int] = field(default_factory=set)  # las celdas cuyo último valor usa otra después, con el nombre «_»

    def __post_init__(self) -> None:
        self.know(self.bound)

    def know(self, bound: set[str]) -> None:
        """Los nombres que liga el cuaderno: ninguna pieza se llamará como ellos."""
        self.bound, self.names = bound, renamed(bound)

    def use(self, name: str) -> str:
        """Apunta que el programa necesita esa pieza y devuelve cómo se llama en él."""
        self.used.add(name)
        return self.names[name]

    def warn(self, text: str, line: int | None = None) -> None:
        """Apunta un aviso en la celda y la línea actuales."""
        self.notices.append(Notice(self.notebook, self.cell, line or self.line, text))

    def command(self, command: str) -> str:
        """Una orden o un argumento, como expresión de Python con lo suyo interpolado."""
        return interpolated(command, self.bound if self.in_function else self.top)

    def shell(self, command: str) -> str:
        """La llamada que ejecuta «!orden»."""
        name = "_install" if installs(command) and not self.install else "_shell"
        return f"{self.use(name)}({self.command(command)})"

    def shell_lines(self, command: str) -> str:
        """La llamada que ejecuta «x = !orden»."""
        if installs(command) and not self.install:
            return f"{self.use('_install')}({self.command(command)}, {self.use('_shell_lines')})"
        return f"{self.use('_shell_lines')}({self.command(command)})"
