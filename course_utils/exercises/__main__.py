"""Las entregas de una clase, en una tabla: ``python -m course_utils.exercises carpeta`` (y, si se quiere, dónde va el CSV)."""

from __future__ import annotations

import sys
from pathlib import Path

from . import classroom, logbook
from .reply import printable

USAGE = "Se usa así: python -m course_utils.exercises CARPETA [TABLA.csv]"
HELP = f"""\
{USAGE}

Lee las entregas (ficheros .json) de CARPETA y de las que lleve dentro, escribe en pantalla la tabla de la clase y la guarda,
ejercicio a ejercicio, en TABLA.csv (si no se dice, CARPETA/clase.csv), que se abre con cualquier hoja de cálculo. Si alguien
entrega varias veces, se juntan.
Termina con 0 si todas se entienden, 1 si alguna no (las demás se cuentan), 2 si la orden está mal y 3 si no se puede escribir."""
UNREAD, MISUSED, UNWRITABLE = 1, 2, 3


def main(arguments: list[str]) -> int:
    """Lee la carpeta, escribe la tabla y devuelve el código de salida."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")
    if arguments in (["--help"], ["-h"]):
        print(HELP)
        return 0
    if len(arguments) not in (1, 2) or arguments[0].startswith("-"):
        return _fail(MISUSED, f"No entiendo la orden. {USAGE} (con --help, todo lo demás).")
    folder = Path(arguments[0])
    if not folder.is_dir():
        return _fail(MISUSED, f"«{printable(str(folder))}» no es una carpeta: dime en cuál están las entregas.")
    found, amiss, repeated = classroom.read_folder(folder)
    for sentence in (*amiss, *repeated):
        print(sentence, file=sys.stderr)
    if not found:
        return _fail(UNREAD, f"En «{printable(str(folder))}» no hay ninguna entrega que se pueda leer.")
    return _tell(found, Path(arguments[1]) if arguments[1:] else folder / "clase.csv") or (UNREAD if amiss else 0)


def _tell(found: list[classroom.HandIn], file: Path) -> int:
    """La tabla en pantalla y en su fichero; 0, o por qué no se ha podido escribir."""
    print(classroom.table(found))
    if resisting := classroom.hardest(found):
        print("\nLo que más se resiste:", *resisting, sep="\n  ")
    try:
        classroom.write_sheet(found, file)
    except ValueError as error:
        return _fail(UNWRITABLE, str(error))
    except OSError as error:
        return _fail(UNWRITABLE, f"No he podido escribir «{printable(str(file))}»: {logbook.reason(error)}.")
    print(f"\nEjercicio a ejercicio y con los intentos, en «{printable(str(file))}».")
    return 0


def _fail(code: int, sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
