"""Las órdenes del sistema: lo que «!orden» interpola, y cuáles instalan algo."""

from __future__ import annotations

import re

from course_utils.conversion.names import is_known
from course_utils.conversion.text import literal

INSTALLERS = {
    "pip": {"install", "uninstall", "download", "wheel"}, "conda": {"install", "create", "update", "upgrade", "env", "remove"},
    "apt": {"install", "update", "upgrade", "remove", "purge", "build-dep"}, "npm": {"install", "i", "ci"}, "brew": {"install", "update"},
    "git": {"clone"}, "uv": {"pip", "add", "sync"}, "R": {"CMD"}, "jupyter": {"nbextension", "labextension"},
    "cargo": {"install"}, "gem": {"install"}, "poetry": {"add", "install"},
}  # fmt: skip
ALIASES = {"pip3": "pip", "pip2": "pip", "mamba": "conda", "micromamba": "conda", "apt-get": "apt", "aptitude": "apt", "yum": "apt",
           "dnf": "apt", "yarn": "npm"}  # fmt: skip
ALWAYS = {"easy_install", "dpkg", "add-apt-repository", "apt-key"}
SEPARATORS = re.compile(r"&&|\|\||[;|\n]")
SKIPPED = re.compile(r"^(?:sudo|yes|nohup|time|env|-\S+|\w+=\S*)$")
PYTHON_MODULE = re.compile(r"""^(?:["']?\S*python[\d.]*["']?|["']?\{sys\.executable\}["']?|["']?\$\{?sys\.executable\}?["']?)\s+-m\s+""")


def installs(command: str) -> bool:
    """Si la orden instala, descarga o clona programas: ``pip install``, ``apt-get``, ``conda``, ``git clone``…"""
    return any(map(_installs, SEPARATORS.split(command)))


def _installs(part: str) -> bool:
    words = part.split()
    while words and SKIPPED.match(words[0]):
        words.pop(0)
    words = PYTHON_MODULE.sub("", " ".join(words)).split()
    if not words:
        return False
    program = words[0].rsplit("/", 1)[-1].strip("\"'")
    verbs = INSTALLERS.get(ALIASES.get(program, program), set())
    following = next((word for word in words[1:] if not word.startswith("-")), "")
    return program in ALWAYS or following in verbs


def interpolated(command: str, bound: set[str]) -> str:
    """La orden como expresión de Python: con ``{expresión}`` y ``$nombre`` puestos en su sitio, como hace IPython.

    IPython los busca al ejecutarla y, si uno falta, deja la orden tal cual: por eso ``$HOME`` o el ``{print $1}`` de awk
    llegan intactos al sistema. Aquí se decide antes: vale si todos sus nombres están en ``bound``, los del cuaderno.
    """
    pieces = _pieces(command)
    if pieces is None or not all(field is None or is_known(field, bound) for _, field, _, _ in pieces):
        return literal(command)
    if all(field is None for _, field, _, _ in pieces):
        return literal("".join(text for text, *_ in pieces))
    return _joined(pieces)


def _pieces(command: str) -> list[tuple[str, str | None, str, str]] | None:
    """(texto, expresión o None, formato, conversión), …, según las reglas de IPython; None si no las cumple."""
    if "{" not in command and "$" not in command:
        return [(command, None, "", "")]
    from IPython.utils.text import DollarFormatter

    try:
        return [(text, field, spec or "", conversion or "") for text, field, spec, conversion in DollarFormatter().parse(command)]
    except ValueError:
        return None


def _joined(pieces: list[tuple[str, str | None, str, str]]) -> str:
    """Una f-string si sus expresiones lo permiten en cualquier Python desde 3.11; si no, ``str.format``."""
    fields = [_field(field.strip(), conversion, spec) for _, field, spec, conversion in pieces if field is not None]
    if not any(set("\"'\\#\n{}") & set(field[1:-1]) for field in fields):
        body = "".join(_escaped(text) + (_field(field.strip(), conversion, spec) if field is not None else "")
                       for text, field, spec, conversion in pieces)  # fmt: skip
        return f'f"{body}"'
    text = "".join(_braced(text) + ("{" + (f"!{c}" if c else "") + (f":{s}" if s else "") + "}" if field is not None else "")
                   for text, field, s, c in pieces)  # fmt: skip
    return f"{literal(text)}.format({', '.join(field.strip() for _, field, _, _ in pieces if field is not None)})"


def _field(field: str, conversion: str, spec: str) -> str:
    return "{" + field + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "") + "}"


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _escaped(text: str) -> str:
    """Un trozo fijo de una f-string entre comillas dobles."""
    return _braced(repr('"' + text)[2:-1].replace("\\'", "'").replace('"', '\\"'))
