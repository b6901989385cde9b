"""Línea de órdenes: `python -m course_utils.figures` pone al día las figuras guardadas (es lo que hace `make figures`)."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from course_utils.figures import store


def main(arguments: Sequence[str] | None = None) -> int:
    """Dibuja lo pedido y dice qué ha hecho; devuelve 1 si al acabar algo no cuadra."""
    parser = argparse.ArgumentParser(prog="python -m course_utils.figures", description="Dibuja las figuras que falten o estén viejas.")
    parser.add_argument("numbers", nargs="*", type=int, metavar="número", help="solo estas figuras (por ejemplo: 34 38)")
    parser.add_argument("--todas", action="store_true", help="dibuja también las que ya están al día")
    parser.add_argument("--comprobar", action="store_true", help="no dibuja: solo dice qué falta, qué sobra y qué está viejo")
    options = parser.parse_args(arguments)
    if not options.comprobar:
        built = store.build(options.numbers or None, everything=options.todas)
        print(f"Dibujadas: {', '.join(built)}." if built else "Todas las figuras están al día.")
    found = store.problems()
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
