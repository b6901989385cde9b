"""La orden ``convert_notebook_to_script.py``: uno o varios cuadernos, o una carpeta, y cuenta lo que hace como lo cuenta nbconvert."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import sys
from pathlib import Path
from typing import Any, NoReturn

from course_utils.conversion import program, reading, writing
from course_utils.conversion.problems import ConversionError, MisuseError, Notice, UnwritableError, reason, shown

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
MISTAKES = {
    r"the following arguments are required: (.+)": r"Falta \1.",
    r"unrecognized arguments: (.+)": r"No sé qué hacer con «\1».",
    r"argument (\S+): expected .*": r"Detrás de \1 falta su valor.",
    r"argument (\S+): ignored explicit argument .*": r"\1 no lleva ningún valor.",
}  # lo que dice argparse → cómo se dice aquí


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        found = (re.sub(english, spanish, shown(message)) for english, spanish in MISTAKES.items() if re.fullmatch(english, shown(message)))
        self.exit(MISUSED, f"{next(found, 'No entiendo la orden.')} Se usa así: {USAGE} (con --help, todo lo demás).\n")


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, prefix or "uso: ")


def main(arguments: list[str] | None = None) -> int:
    """Convierte lo que se pide y devuelve el código de salida (los explica ``--help``)."""
    chosen = _parser().parse_args(arguments)
    try:
        return _run(chosen)
    except KeyboardInterrupt:
        _tell("Interrumpido: ningún programa ha quedado a medias.")
        return INTERRUPTED
    except ConversionError as error:
        return _fail(error, chosen.debug)
    except Exception as error:
        return _fail(_unexpected(error, "no se ha escrito nada más"), chosen.debug)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="convert_notebook_to_script.py", usage=USAGE, epilog=EXAMPLES, add_help=False, allow_abbrev=False,
        description="Convierte cuadernos de Jupyter en programas de Python que se ejecutan sin Jupyter.",
        formatter_class=_Formatter,
    )  # fmt: skip
    options = parser.add_argument_group("opciones")
    options.add_argument("--input", nargs="+", action="extend", required=True, metavar="CUADERNO",
                         help="cuadernos, una carpeta, o - (la entrada)")  # fmt: skip
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
    if chosen.output_dir is not None:
        _make_folder(Path(chosen.output_dir))
    sources = [_place(source, sys.stdin) for source, _ in pairs]
    codes, notices = [0], []
    for source, target in pairs:
        try:
            _convert(source, target, sources, chosen, notices)
        except ConversionError as error:
            codes.append(_fail(error, chosen.debug))
        except Exception as error:  # se cuenta, y los demás cuadernos se convierten
            codes.append(_fail(_unexpected(error, f"no se ha escrito el programa de «{shown(source)}»"), chosen.debug))
    return max(codes) or (WARNED if notices and chosen.strict else 0)


def _unexpected(error: Exception, result: str) -> ConversionError:
    """Un fallo nuestro, dicho como los demás."""
    what = shown(f"{type(error).__name__}: {error}")[:300]
    told = ConversionError(f"Ha fallado algo inesperado ({what}) y {result}. Con --debug se ve dónde.")
    told.__cause__ = error
    return told


def _fail(error: ConversionError, debug: bool) -> int:
    if debug:
        import traceback

        _tell("".join(traceback.format_exception(error)).rstrip())
    _tell(str(error))
    return MISUSED if isinstance(error, MisuseError) else UNWRITABLE if isinstance(error, UnwritableError) else REFUSED


def _pairs(chosen: argparse.Namespace) -> list[tuple[str, str]]:
    """Cada cuaderno con su programa; se comprueba que lo que se pide tenga sentido antes de empezar."""
    if "" in (*chosen.input, chosen.output, chosen.output_dir):
        raise MisuseError("Un nombre está vacío: ¿viene de una variable sin valor?")
    if chosen.output is not None and chosen.output_dir is not None:
        raise MisuseError("Da --output o --output-dir, no las dos.")
    if chosen.input.count(PIPE) > 1:
        raise MisuseError("La entrada (-) solo se puede leer una vez.")
    sources = list(dict.fromkeys(source for name in chosen.input for source in _notebooks(name)))
    if chosen.output is not None and len(sources) != 1:
        raise MisuseError(f"--output es el nombre de un solo programa y hay {len(sources)} cuadernos: usa --output-dir CARPETA.")
    if chosen.output is not None and chosen.output.endswith(("/", os.sep)):
        raise MisuseError(f"«{shown(chosen.output)}» es el nombre de una carpeta: usa --output-dir.")
    targets = [_target(source, chosen.output_dir) if chosen.output is None else chosen.output for source in sources]
    real = [_real(target) for target in targets]
    for target, place in zip(targets, real, strict=True):
        if target != PIPE and real.count(place) > 1:
            raise MisuseError(f"Dos cuadernos acabarían en el mismo programa, «{shown(target)}»: conviértelos por separado.")
    return list(zip(sources, targets, strict=True))


def _real(target: str) -> str:
    try:
        return os.path.realpath(target)
    except (OSError, ValueError):  # un nombre imposible: se dirá a su hora
        return target


def _notebooks(name: str) -> list[str]:
    """``name`` o, si es una carpeta, los cuadernos que tiene; ella misma si no tiene ninguno, para decirlo a su hora."""
    if name == PIPE or not os.path.isdir(name):
        return [name]
    found = sorted(str(path) for path in Path(name).glob("*.ipynb") if path.is_file() and not path.name.startswith("."))
    return found or [name]


def _target(source: str, folder: str | None) -> str:
    if source == PIPE:
        return str(Path(folder) / "cuaderno.py") if folder else PIPE
    path = Path(source)
    program = path.with_suffix(".py") if path.suffix.lower() in (".ipynb", ".py") else path.with_name(f"{path.name}.py")
    return str(Path(folder) / program.name if folder else program)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise UnwritableError(f"No puedo crear la carpeta «{shown(folder)}» ({reason(error)}): elige otra.") from None


def _convert(source: str, target: str, sources: list[writing.Place], chosen: argparse.Namespace, notices: list[Notice]) -> None:
    if os.path.isdir(source):
        raise ConversionError(f"En la carpeta «{shown(source)}» no hay ningún cuaderno (.ipynb).")
    _check_target(source, target, sources)
    _say(f"Converting notebook {shown(source)} to script")
    found: list[Notice] = []
    text = program(_read(source), "entrada" if source == PIPE else source, echo=chosen.echo, install=chosen.install, warn=found.append)
    for notice in found:
        _say(f"WARNING | {notice}")
    notices += found
    data = text.encode("utf-8")
    _say(f"Writing {len(data)} bytes to {shown(target)}")
    _write(data, target)


def _check_target(source: str, target: str, sources: list[writing.Place]) -> None:
    if target != PIPE:
        writing.check(_place(source, sys.stdin), Path(target), sources)
    elif (found := writing.identity(_place(PIPE, sys.stdout))) is not None and found in map(writing.identity, sources):
        raise UnwritableError("La salida es uno de los cuadernos: da otro nombre.")


def _place(name: str, stream: Any) -> writing.Place:
    """La ruta o, si es un guion, el número con que el sistema conoce la entrada o la salida."""
    if name != PIPE:
        return Path(name)
    try:
        return stream.fileno()
    except (AttributeError, OSError, ValueError):  # cerrada, o de mentira, como en un cuaderno
        return -1


def _read(source: str) -> bytes:
    if source != PIPE:
        return reading.read_bytes(Path(source))
    try:
        return sys.stdin.buffer.read()
    except (AttributeError, OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else "está cerrada"
        raise ConversionError(f"No puedo leer la entrada ({why}).") from None


def _write(data: bytes, target: str) -> None:
    if target != PIPE:
        writing.write(data, Path(target))
        return
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except (AttributeError, OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else "está cerrada"
        _forget(sys.stdout)
        raise UnwritableError(f"No puedo escribir en la salida ({why}).") from None


def _forget(stream: Any) -> None:
    """Que Python no vuelva a intentarlo al terminar: se quejaría en inglés."""
    with contextlib.suppress(AttributeError, OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _say(text: str) -> None:
    _tell(f"[NbConvertApp] {text}")


def _tell(line: str) -> None:
    if sys.stderr is not None:  # print(file=None) escribiría en la salida
        with contextlib.suppress(OSError):
            print(line, file=sys.stderr, flush=True)
