"""El micromundo desde la línea de órdenes: `python -m course_utils.microworld stories --n 5 --seed 1` y `… check < textos.txt`."""
import argparse
import gettext
import json
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from importlib import import_module

from course_utils.microworld import stories
from course_utils.microworld.splits import SPLITS

HELP = {               # cada clase de muestra es un módulo de este paquete con su `sample`
    "stories": "cuentos",
    "reviews": "opiniones, con su etiqueta y sus estrellas",
    "translation": "frases en español y en inglés",
    "instructions": "instrucciones con su única respuesta buena",
    "code": "código de Python con su resultado",
    "episodes": "tareas de pocos ejemplos, con etiquetas arbitrarias",
    "facts": "datos que luego se pueden preguntar",
    "paraphrases": "parejas de frases que dicen lo mismo",
}
WITHOUT_SPLITS = {"stories"}

SPANISH = {
    "usage: ": "uso: ", "options": "opciones", "positional arguments": "órdenes",
    "show this help message and exit": "muestra esta ayuda y termina",
    "%(prog)s: error: %(message)s\n": "%(prog)s: %(message)s\n", "unrecognized arguments: %s": "no entiendo estos argumentos: %s",
    "the following arguments are required: %s": "faltan estos argumentos: %s", "expected one argument": "necesita un valor",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s: %(message)s",
    "invalid choice: %(value)r (choose from %(choices)s)": "no conozco %(value)r; elige entre %(choices)s",
    "ambiguous option: %(option)s could match %(matches)s": "%(option)s puede ser %(matches)s: escríbela entera",
}


def whole_number(text: str) -> int:
    """Un entero escrito con cifras."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"«{text}» no es un número entero; escribe, por ejemplo, 5") from None


def how_many(text: str) -> int:
    """Un entero mayor o igual que cero."""
    if (number := whole_number(text)) < 0:
        raise argparse.ArgumentTypeError(f"has pedido {number}, y el número tiene que ser cero o más")
    return number


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m course_utils.microworld", description="Muestras del micromundo y revisión de textos.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="orden")
    for kind in HELP:
        command = commands.add_parser(kind, help=f"{HELP[kind]} al azar, uno por línea, en JSON")
        command.add_argument("--n", type=how_many, default=1, metavar="N", help="cuántos (1 si no se dice)")
        command.add_argument("--seed", type=whole_number, default=0, metavar="S", help="semilla: a igual semilla, iguales textos")
        if kind not in WITHOUT_SPLITS:
            command.add_argument("--split", default="train", choices=SPLITS, metavar="P", help=f"partición: {', '.join(SPLITS)}")
    commands.add_parser("check", help="lee textos de la entrada, uno por línea, y escribe sus faltas en JSON")
    return parser


def samples(options: argparse.Namespace) -> Iterator[dict]:
    """Las filas pedidas, como diccionarios."""
    kind = import_module(f"course_utils.microworld.{options.command}")
    chosen = {} if options.command in WITHOUT_SPLITS else {"split": options.split}
    for row in kind.sample(options.n, seed=options.seed, **chosen):
        yield {"text": row} if isinstance(row, str) else asdict(row)


def violations(lines: Iterable[str]) -> Iterator[dict]:
    for line in lines:
        yield {"violations": [asdict(violation) for violation in stories.check(line.rstrip("\r\n"))]}


def main(arguments: list[str] | None = None) -> int:
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")
    argparse._ = lambda message: SPANISH.get(message, gettext.gettext(message))
    options = build_parser().parse_args(arguments)
    rows = violations(sys.stdin) if options.command == "check" else samples(options)
    try:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False), flush=options.command == "check")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
