"""Las órdenes del sistema: lo que «!orden» interpola, y cuáles instalan algo."""

from __future__ import annotations

import re

from course_utils.conversion.names import is_known
from course_utils.conversion.text import literal

INSTALLERS = {
    "pip": {"install", "uninstall", "download", "wheel"}, "conda": {"install", "create", "update", "upgrade", "env", "remove"},
    "apt": {"install", "update", "upgrade", "remove", "purge", "build-dep", "autoremove"}, "git": {"clone"}, "brew": {"install", "update"},
    "npm": {"install", "i", "ci", "add"}, "uv": {"pip", "add", "sync"}, "poetry": {"add", "install"}, "cargo": {"install"},
    "gem": {"install"}, "R": {"CMD"}, "jupyter": {"nbextension", "labextension"}, "setup.py": {"install", "develop"},
    "spacy": {"download"}, "nltk.downloader": set(),
}  # fmt: skip
ALIASES = {"pip3": "pip", "pip2": "pip", "mamba": "conda", "micromamba": "conda", "apt-get": "apt", "aptitude": "apt", "yum": "apt",
           "dnf": "apt", "yarn": "npm"}  # fmt: skip
ALWAYS = {"easy_install", "dpkg", "add-apt-repository", "apt-key", "pipx", "snap", "uvx", "npx", "nltk.downloader"}
SEPARATORS = re.compile(r"&&|\|\||[;|\n()]|\b(?:then|do|else)\b")
SKIPPED = re.compile(r"^(?:sudo|yes|nohup|time|env|-\S+|\w+=\S*)$")
PYTHON = re.compile(r"""^["']?(?:\S*python[\d.]*|\{sys\.executable\}|\$\{?sys\.executable\}?)["']?\s+(?:-m\s+)?""")
QUOTED = re.compile(r"""^(?:bash|sh)\s+-\w*c\s+["'](.*)["']$""", re.DOTALL)
R_CODE = re.compile(r"install(?:\.packages|_github)\(")


def installs(command: str) -> bool:
    """Si la orden instala, descarga o clona programas: ``pip install``, ``apt-get``, ``conda``, ``git clone``…"""
    inner = QUOTED.match(command.strip())
    return bool(R_CODE.search(command)) or any(map(_installs, SEPARATORS.split(inner[1] if inner else command)))


def _installs(part: str) -> bool:
    words = part.split()
    while words and SKIPPED.match(words[0]):
        words.pop(0)
    words = PYTHON.sub("", " ".join(words)).split()
    if not words:
        return False
    program = words[0].rsplit("/", 1)[-1].strip("\"'")
    verbs = INSTALLERS.get(ALIASES.get(program, program), set())
    if program == "git" and words[1:2] in (["-C"], ["-c"]):  # git -C carpeta clone…
        del words[1:3]
    if words[1:2] == ["run"]:  # conda run -n entorno pip install…
        return any(_installs(" ".join(words[i:])) for i in range(2, len(words)))
    following = next((word for word in words[1:] if not word.startswith("-")), "")
    return program in ALWAYS and bool(following) or following in verbs


def interpolated(command: str, bound: set[str]) -> str:
    """La orden como expresión de Python: con ``{expresión}`` y ``$nombre`` puestos en su sitio, como hace IPython.

    IPython los busca al ejecutarla y, si uno falta, deja la orden tal cual: por eso ``$HOME`` o el ``{print $1}`` de awk
    llegan intactos al sistema. Aquí se decide antes: vale si todos sus nombres están en ``bound``, los del cuaderno.
    """
    pieces = _pieces(command)
    if pieces is None or not all(field is None or is_known(field, bound) for _, field, _ in pieces):
        return literal(command)
    if all(field is None for _, field, _ in pieces):
        return literal("".join(text for text, *_ in pieces))
    return _joined(pieces)


def _pieces(command: str) -> list[tuple[str, str | None, str]] | None:
    """(texto, expresión o None, conversión), …, según las reglas de IPython; None si no las cumple.

    IPython no admite formatos, como ``{x:.2f}``: lo que va tras los dos puntos es parte de la expresión, que así vale para ``{x[1:3]}``.
    """
    if "{" not in command and "$" not in command:
        return [(command, None, "")]
    from IPython.utils.text import DollarFormatter

    try:
        found = list(DollarFormatter().parse(command))
    except ValueError:
        return None
    return [(text, f"{field}:{spec}" if spec else field, conversion or "") for text, field, spec, conversion in found]


def _joined(pieces: list[tuple[str, str | None, str]]) -> str:
    """Una f-string si sus expresiones lo permiten en cualquier Python desde 3.11; si no, ``str.format``."""
    fields = [field.strip() for _, field, _ in pieces if field is not None]
    if not any(set("\"'\\#\n{}:!") & set(field) for field in fields):
        body = "".join(_escaped(text) + _place(field and field.strip(), conversion) for text, field, conversion in pieces)
        return f'f"{body}"'
    text = "".join(_braced(text) + _place(field and "", conversion) for text, field, conversion in pieces)
    return f"{literal(text)}.format({', '.join(fields)})"


def _place(field: str | None, conversion: str) -> str:
    """El hueco de una expresión; nada si no la hay."""
    return "" if field is None else "{" + field + (f"!{conversion}" if conversion else "") + "}"


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _escaped(text: str) -> str:
    """Un trozo fijo de una f-string entre comillas dobles."""
    return _braced(repr('"' + text)[2:-1].replace("\\'", "'").replace('"', '\\"'))
