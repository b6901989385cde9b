"""La huella de una figura: todo el código que la hace y los modelos que usa, en un solo número.

El código es el módulo de la figura y, siguiendo sus `import`, cada módulo de `course_utils` al que llega, con los ficheros
de datos de su carpeta. Los comentarios y docstrings ajenos no cuentan: cambiarlos no cambia el dibujo.
"""

from __future__ import annotations

import ast
import hashlib
import io
import tokenize
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from course_utils import paths
from course_utils.figures.registry import Entry

PACKAGE = "course_utils"
MODEL_FILES = ("config.json", "tokenizer.json", "model.safetensors")


def fingerprint(entry: Entry, *, root: Path | None = None, models: Path | None = None) -> str:
    """sha256 (64 cifras hexadecimales) de lo que hace la figura: fuentes, texto y modelos."""
    root, models = root or paths.ROOT, models or paths.MODELS
    digest = hashlib.sha256()
    for part in (entry.function.__doc__ or "", *_code(entry, root), *_weights(entry.models, models)):
        digest.update(hashlib.sha256(part.encode()).digest())
    return digest.hexdigest()


def closure(module: str, *, root: Path | None = None) -> tuple[str, ...]:
    """El módulo y todos los de `course_utils` a los que se llega por sus `import`, en orden alfabético."""
    root, seen, found, pending = root or paths.ROOT, set(), [], [module]
    while pending:
        current = pending.pop()
        if current in seen:
            continue
        seen.add(current)
        if path := _path(current, root):
            found.append(current)
            pending += _imports(path, path.stat().st_mtime_ns, current)
    return tuple(sorted(found))


def imports(source: str, module: str, *, package: bool = False) -> Iterator[str]:
    """Los módulos de `course_utils` que un fichero nombra en sus `import`, también dentro de funciones."""
    here = module.split(".") if package else module.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == PACKAGE)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join([*here[: len(here) - node.level + 1], *filter(None, [node.module])]) if node.level else node.module or ""
            if base.split(".")[0] == PACKAGE:
                yield from (name for name in (base, *(f"{base}.{alias.name}" for alias in node.names)) if name != PACKAGE)


def essence(source: str) -> str:
    """El código sin comentarios, docstrings ni renglones vacíos: lo que cambia cuando cambia lo que hace."""
    rows = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            rows[token.start[0] - 1] = rows[token.start[0] - 1][: token.start[1]]
    for first, last in _docstrings(source):
        rows[first - 1 : last] = [""] * (last - first + 1)
    return "\n".join(row.rstrip() for row in rows if row.strip())


def _docstrings(source: str) -> Iterator[tuple[int, int]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and ast.get_docstring(node) is not None:
            yield node.body[0].lineno, node.body[0].end_lineno


def _code(entry: Entry, root: Path) -> Iterator[str]:
    for module in closure(entry.function.__module__, root=root):
        path = _path(module, root)
        yield module + "\n" + _essence(path, path.stat().st_mtime_ns)
        if path.name == "__init__.py":
            yield from (f"{file.relative_to(root).as_posix()} {_sha(file, file.stat().st_mtime_ns)}" for file in _data(path.parent))


def _data(folder: Path) -> list[Path]:
    ignored = {".py", ".pyc"}
    return sorted(
        f
        for f in folder.rglob("*")
        if f.is_file() and f.suffix not in ignored and "__pycache__" not in f.parts and not f.name.startswith(".")
    )


def _weights(names: Iterable[str], models: Path) -> Iterator[str]:
    for name in names:
        files = (models / name / file for file in MODEL_FILES)
        yield from (f"{name}/{file.name} {_sha(file, file.stat().st_mtime_ns) if file.exists() else 'falta'}" for file in files)


def _path(module: str, root: Path) -> Path | None:
    base = root.joinpath(*module.split("."))
    return next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()), None)


@lru_cache(maxsize=1024)
def _imports(path: Path, modified: int, module: str) -> tuple[str, ...]:
    return tuple(imports(path.read_text(encoding="utf-8"), module, package=path.name == "__init__.py"))


@lru_cache(maxsize=1024)
def _essence(path: Path, modified: int) -> str:
    return essence(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=1024)
def _sha(path: Path, modified: int) -> str:
    """Huella de un fichero; en los de texto, el fin de renglón no cuenta (Windows lo cambia al clonar)."""
    data = path.read_bytes()
    return hashlib.sha256(data if b"\0" in data else data.replace(b"\r\n", b"\n")).hexdigest()
