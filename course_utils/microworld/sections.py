"""Los ficheros de datos por secciones: unas líneas de cabecera y, debajo de cada una, las suyas."""
import re
from pathlib import Path

Section = tuple[tuple[str, str, str], list[str]]


def read(path: Path, header: re.Pattern[str]) -> list[Section]:
    """Cada sección del fichero, en orden: los tres grupos de su cabecera y sus líneas, sin las vacías ni los comentarios (`#`)."""
    found: list[Section] = []
    for line in filter(None, path.read_text("utf-8").splitlines()):
        if match := header.match(line):
            found.append((match.groups(), []))
        elif not line.startswith("#"):
            found[-1][1].append(line)
    return found
