"""La orden ``convert_notebook_to_script.py``: uno o varios cuadernos, o una carpeta, y cuenta lo que hace como lo cuenta nbconvert."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from course_utils.conversion import program, reading, writing
from course_utils.conversion.problems import ConversionError, Notice, UnwritableError

USAGE = "python convert_notebook_to_script.py --input CUADERNO.ipynb --output PROGRAMA.py"
EXAMPLES = """
ejemplos:
  python convert_notebook_to_script.py --input X.ipynb --output X.py
  python convert_notebook_to_script.py --input X.ipynb                        escribe X.py al lado del cuaderno
  python convert_notebook_to_script.py --input A.ipynb B.ipynb --output-dir programas
  python convert_notebook_to_script.py --input notebooks --output-dir programas    todos los de la carpeta
  python convert_notebook_to_script.py --input - --output - < X.ipynb > X.py

al ejecutar el programa:
  INSTALAR=1 python X.py             ejecuta también las instalaciones (pip install…), que si no se saltan
  FIGURAS=carpeta python X.py        guarda las figuras en esa carpeta, en vez de no enseñarlas

termina con 0 si todo va bien, 1 si un cuaderno no se puede convertir (los demás sí se convierten), 2 si la orden está mal,
3 si no se puede escribir, 4 si hubo avisos y se pidió --strict, y 130 si se interrumpe.
"""
REFUSED, MISUSED, UNWRITABLE, WARNED, INTERRUPTED = 1, 2, 3, 4, 130
PIPE = "-"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(MISUSED, f"No entiendo la orden. Se usa así:\n  {USAGE}\nCon --help, todo lo demás.\n")


def main(arguments: list[str] | None = None) -> int:
    """Convierte lo que se pide y devuelve el código de salida (los explica ``--help``)."""
    chosen = _parser().parse_args(arguments)
    try:
        return _run(chosen)
    except KeyboardInterrupt:
        print("Interrumpido: lo que no se ha dicho que se escribe sigue como estaba.", file=sys.stderr)
        return INTERRUPTED
    except ConversionError as error:
        return _fail(error, chosen.debug)
    except Exception as error:
        if chosen.debug:
            raise
        what = f"{type(error).__name__}: {error}"
        print(f"Algo inesperado ha fallado ({what}) y no se ha escrito nada más. Con --debug se ve dónde.", file=sys.stderr)
        return REFUSED


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="convert_notebook_to_script.py", usage=USAGE, epilog=EXAMPLES, add_help=False, allow_abbrev=False,
        description="Convierte cuadernos de Jupyter en programas de Python que se ejecutan sin Jupyter.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    options = parser.add_argument_group("opciones")
    options.add_argument("--input", nargs="+", required=True, metavar="CUADERNO", help="cuadernos, una carpeta, o - (la entrada)")
    options.add_argument("--output", metavar="PROGRAMA", help="el fichero que se escribe, con el nombre tal cual, o - (la salida)")
    options.add_argument("--output-dir", metavar="CARPETA", help="dónde se escriben los programas; se crea si hace falta")
    options.add_argument("--echo", action="store_true", help="que el programa escriba también el último valor de cada celda, como Jupyter")
    options.add_argument("--install", action="store_true", help="que el programa ejecute las instalaciones sin preguntar")
    options.add_argument("--strict", action="store_true", help="si hay avisos, acaba con 4")
    options.add_argument("--debug", action="store_true", help="si algo falla, enseña dónde")
    options.add_argument("-h", "--help", action="help", help="enseña esta ayuda y termina")
    return parser


def _run(chosen: argparse.Namespace) -> int:
    pairs = _pairs(chosen)
    codes, notices = [0], []
    for source, target in pairs:
        try:
            _convert(source, target, chosen, notices)
        except ConversionError as error:
            codes.append(_fail(error, chosen.debug))
    return max(codes) or (WARNED if notices and chosen.strict else 0)


def _fail(error: ConversionError, debug: bool) -> int:
    if debug:
        import traceback

        traceback.print_exception(error)
    print(error, file=sys.stderr)
    return UNWRITABLE if isinstance(error, UnwritableError) else REFUSED


def _pairs(chosen: argparse.Namespace) -> list[tuple[str, str]]:
    """Cada cuaderno con su programa; se comprueba que no haya dos para el mismo sitio."""
    sources = [source for name in chosen.input for source in _notebooks(name)]
    if chosen.output and (chosen.output_dir or len(sources) != 1):
        raise UnwritableError(f"--output es el nombre de un solo programa y hay {len(sources)} cuadernos: usa solo --output-dir CARPETA."
                              if len(sources) != 1 else "Da --output o --output-dir, no las dos.")  # fmt: skip
    if chosen.output_dir:
        _make_folder(Path(chosen.output_dir))
    targets = [chosen.output or _target(source, chosen.output_dir) for source in sources]
    for target in targets:
        if target != PIPE and targets.count(target) > 1:
            raise UnwritableError(f"Dos cuadernos acabarían en el mismo programa, «{target}»: conviértelos por separado.")
    return list(zip(sources, targets, strict=True))


def _notebooks(name: str) -> list[str]:
    if name == PIPE or not Path(name).is_dir():
        return [name]
    found = sorted(str(path) for path in Path(name).glob("*.ipynb") if path.is_file())
    if not found:
        raise ConversionError(f"En la carpeta «{name}» no hay ningún cuaderno (.ipynb).")
    return found


def _target(source: str, folder: str | None) -> str:
    if source == PIPE:
        return str(Path(folder) / "cuaderno.py") if folder else PIPE
    path = Path(source)
    program = path.with_suffix(".py") if path.suffix == ".ipynb" else path.with_name(f"{path.name}.py")
    return str(Path(folder) / program.name if folder else program)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnwritableError(f"No puedo crear la carpeta «{folder}» ({error.strerror}): elige otra.") from None


def _convert(source: str, target: str, chosen: argparse.Namespace, notices: list[Notice]) -> None:
    if PIPE not in (source, target):
        writing.check(Path(source), Path(target))
    _say(f"Converting notebook {source} to script")
    data = sys.stdin.buffer.read() if source == PIPE else reading.read_bytes(Path(source))
    found: list[Notice] = []
    text = program(data, "entrada" if source == PIPE else source, echo=chosen.echo, install=chosen.install, warn=found.append)
    for notice in found:
        _say(f"WARNING | {notice}")
    notices += found
    _say(f"Writing {len(text.encode('utf-8'))} bytes to {target}")
    _write(text.encode("utf-8"), target)


def _write(data: bytes, target: str) -> None:
    if target != PIPE:
        writing.write(data, Path(target))
        return
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        raise UnwritableError(f"No puedo escribir en la salida ({error.strerror}).") from None


def _say(text: str) -> None:
    print(f"[NbConvertApp] {text}", file=sys.stderr, flush=True)
