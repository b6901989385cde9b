"""Lo que se lee en el curso, como pasajes de texto sin código: cuadernos, figuras, vistas, mensajes, preguntas y documentos."""

from __future__ import annotations

import ast
import builtins
import io
import json
import keyword
import re
import tokenize
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import nbformat

from course_utils import bibliography, glossary, paths
from course_utils.exercises import questions
from tools import chapters, stamp_notebooks

PACKAGE = paths.ROOT / "course_utils"
APART = ("microworld/", "conversion/support/")  # gramáticas y piezas de programa: su oficio es otra lengua
HOLE = "‹…›"  # donde un texto lleva un valor que se calcula
MARKUP = (
    (re.compile(r"```.*?```", re.DOTALL), " "),
    (re.compile(r"``[^`]+``|`[^`\n]+`"), HOLE),
    (re.compile(r"\$\$.*?\$\$|(?<![\w$])\$[^$\n]+\$", re.DOTALL), " "),
    (re.compile(r"!?\[([^\]]*)\]\([^)\s]*\)"), r"\1"),
    (re.compile(r"https?://\S+"), " "),
    (re.compile(r"<!--.*?-->|</?[a-z][^<>]*>", re.DOTALL), " "),
    (re.compile(r"&[a-z]+;"), " "),
)
NOT_COMMENTS = re.compile(r"#\s*(?:noqa|fmt:|type:|NBVAL|!|\([\w, ]+\)$)")
BUILT_IN = frozenset([*keyword.kwlist, *dir(builtins), "Args", "Raises"])  # las dos últimas, apartados de un docstring
CODE = re.compile(r"[_{}<>=\\]|\w-\w+:|\w\.\w|\w\(|\w/\w")


@dataclass(frozen=True)
class Passage:
    """Un trozo de texto, de dónde sale y los nombres de código que puede mencionar sin marcarlos."""

    where: str
    text: str
    names: frozenset[str] = frozenset()


def prose(text: str) -> str:
    """Un texto en Markdown, o un docstring, sin código, fórmulas, direcciones ni etiquetas."""
    for pattern, instead in MARKUP:
        text = pattern.sub(instead, text)
    return text


def is_prose(text: str) -> bool:
    """Si un texto está escrito para leerse: varias palabras seguidas y pocas señales de código."""
    if text.lstrip().startswith(("%", "!", "@", "<", "(")):
        return False
    bare = re.sub(r"``?[^`\n]+``?", "", text.replace(HOLE, ""))
    words = re.findall(r"[^\W\d_]{2,}", bare)
    return len(words) >= 2 and " " in bare.strip() and len(CODE.findall(bare)) * 6 <= len(words)


def in_notebook(path: Path) -> Iterator[Passage]:
    """Las celdas de texto; de las de código (menos la inicial, que es de todos), comentarios y textos; y los avisos que dejan."""
    for cell in nbformat.read(path, as_version=4).cells:
        where = f"{path.stem}[{cell.id}]"
        if cell.cell_type == "markdown":
            yield Passage(where, prose(cell.source))
        elif cell.source != stamp_notebooks.setup_cell():
            yield from in_code(cell.source, where)
        yield from (Passage(f"{where}, avisos", output.text) for output in cell.get("outputs", []) if output.get("name") == "stderr")


def in_code(source: str, where: str) -> Iterator[Passage]:
    """Docstrings, comentarios y textos de un código. Un texto que es a su vez código (la celda de un ejercicio) se lee como código."""
    tree = ast.parse(source)
    names = identifiers(tree) | BUILT_IN
    for line, text in texts(tree):
        if is_code(text):
            yield from in_code(text, f"{where}:{line}")
        elif is_prose(text):
            yield Passage(f"{where}:{line}", prose(text), names)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and not NOT_COMMENTS.match(token.string):
            yield Passage(f"{where}:{token.start[0]}", prose(token.string.strip("# ")), names)


def identifiers(tree: ast.AST) -> frozenset[str]:
    """Los trozos de los nombres que usa un código, y de los valores que son una sola palabra: de «held_out», «held» y «out»."""
    fields = ("id", "attr", "arg", "name", "module", "value")
    found = {value for node in ast.walk(tree) for field in fields if isinstance(value := getattr(node, field, None), str)}
    return frozenset(part for name in found if re.fullmatch(r"[\w.]+", name) for part in re.split(r"[_.\d]+", name) if part)


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Los textos de un árbol de Python, con su renglón; los valores que se calculan, como ‹…›."""
    if isinstance(tree, ast.JoinedStr):
        yield tree.lineno, "".join(part.value if isinstance(part, ast.Constant) else HOLE for part in tree.values)
    elif isinstance(tree, ast.Constant) and isinstance(tree.value, str):
        yield tree.lineno, tree.value
    else:
        for child in ast.iter_child_nodes(tree):
            yield from texts(child)


def is_code(text: str) -> bool:
    """Si un texto de varios renglones es un programa de Python."""
    if "\n" not in text.strip() or not re.search(r"^(def|import|from|for|with|if|print|return) ?|^\w+(\.\w+)* ?[=(]", text, re.MULTILINE):
        return False
    try:
        return bool(ast.parse(text).body)
    except SyntaxError:
        return False


def in_javascript(path: Path) -> Iterator[Passage]:
    """Los comentarios y los textos entre comillas que no son clases ni nombres."""
    source, where = path.read_text("utf-8"), str(path.relative_to(paths.ROOT))
    comments = re.findall(r"/\*(.*?)\*/", source, re.DOTALL) + re.findall(r"(?:^|[;{,]) *// (.*)", source, re.MULTILINE)
    yield from (Passage(where, prose(comment)) for comment in comments)
    code = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    for found in re.finditer(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`', code):
        text = re.sub(r"\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}", HOLE, found[1] or found[2] or "")
        if is_prose(text) and not re.search(r"c-\w+|^\(", text):
            yield Passage(where, prose(text))


def in_figures() -> Iterator[Passage]:
    """Títulos y descripciones de las figuras guardadas."""
    for name, record in json.loads((paths.FIGURES / "manifest.json").read_text("utf-8")).items():
        if isinstance(record, dict) and "alternative" in record:
            yield Passage(name, f"{record['title']}\n{record['alternative']}")


def in_data() -> Iterator[Passage]:
    """Glosario, notas de la bibliografía, preguntas, tabla de capítulos y lista de ideas."""
    yield from (Passage(f"glosario «{term.spanish}»", f"{term.spanish}. {term.text}") for term in glossary.terms())
    yield from (Passage(f"bibliografía «{work.key}»", work.note) for work in bibliography.works())
    for one in questions.questions():
        written = [one.text, one.hint, *(text for option in one.options for text in (option.text, option.why))]
        yield from (Passage(f"pregunta {one.number}", prose(text)) for text in written)
    yield from (Passage(f"tabla de capítulos, {one.number}", f"{one.title}. {one.does}") for one in chapters.CHAPTERS)
    for path in sorted((paths.ROOT / "tests" / "ideas").glob("*.toml")):
        yield from (Passage(f"ideas de {path.stem}", idea["text"]) for idea in tomllib.loads(path.read_text("utf-8"))["idea"])


def in_documents() -> Iterator[Passage]:
    """README (hasta su parte en inglés) y demás documentos, las fichas de los modelos y la página para quien da clase."""
    folders = (paths.ROOT.glob("*.md"), (paths.ROOT / "docs").glob("*.md"), paths.MODELS.rglob("README.md"))
    for path in (path for found in folders for path in sorted(found)):
        spanish = path.read_text("utf-8").split("## In English")[0]
        yield Passage(str(path.relative_to(paths.ROOT)), prose(re.sub(r"\A---\n.*?\n---\n", "", spanish, flags=re.DOTALL)))


def modules() -> list[Path]:
    """Los módulos del paquete que enseñan texto en español."""
    return [path for path in sorted(PACKAGE.rglob("*.py")) if not str(path.relative_to(PACKAGE)).startswith(APART)]


@lru_cache(maxsize=1)
def taught() -> tuple[Passage, ...]:
    """Lo que enseña: cuadernos, figuras y datos."""
    notebooks = [passage for path in sorted(paths.NOTEBOOKS.glob("*.ipynb")) for passage in in_notebook(path)]
    return (*notebooks, *in_figures(), *in_data())


@lru_cache(maxsize=1)
def around() -> tuple[Passage, ...]:
    """Lo que rodea: mensajes, docstrings y comentarios del paquete, textos de las vistas y documentos."""
    package = [passage for path in modules() for passage in in_code(path.read_text("utf-8"), str(path.relative_to(paths.ROOT)))]
    views = [passage for path in sorted(PACKAGE.rglob("*.js")) for passage in in_javascript(path)]
    names = frozenset().union(*(passage.names for passage in package))
    return tuple(Passage(passage.where, passage.text, names) for passage in (*package, *views, *in_documents()))
