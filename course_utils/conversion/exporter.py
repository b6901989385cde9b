"""El exportador: un cuaderno de nbformat 4 entra y sale un programa. ``jupyter nbconvert --to programa`` también lo encuentra."""

from __future__ import annotations

import ast
import os
import warnings
from pathlib import Path
from typing import Any

from nbconvert.exporters.exporter import Exporter
from nbconvert.preprocessors import Preprocessor
from traitlets import Bool, List, default

from course_utils.conversion import cells, reading
from course_utils.conversion.context import Context
from course_utils.conversion.names import imports, needs
from course_utils.conversion.pieces import written
from course_utils.conversion.problems import ConversionError
from course_utils.conversion.rewriting import is_about_globals, without_globals
from course_utils.conversion.syntax import compiles
from course_utils.conversion.text import comment, literal, visible

DRAWING = {"plt", "pyplot", "sns", "seaborn", "pylab", "plots", "figures"}  # nombres con los que suele dibujarse
DRAWING_METHODS = {"plot", "hist", "imshow", "scatter", "bar", "barh", "boxplot", "contour", "contourf", "pie", "show", "subplots"}


class Translator(Preprocessor):
    """Cambia cada celda de código por Python corriente y deja en ``resources`` lo que el programa necesita."""

    echo = Bool(False, help="Que el programa escriba también el último valor de cada celda.").tag(config=True)
    install = Bool(False, help="Que las instalaciones se ejecuten.").tag(config=True)

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        name = resources.get("source_name") or resources.get("metadata", {}).get("name") or "cuaderno"
        code_cells = [cell for cell in nb.cells if cell.cell_type == "code"]
        context = Context(name, echo=self.echo, install=self.install)
        translated = cells.translate_all([(cell.source, _fails(cell)) for cell in code_cells], context)
        drew = _drew(code_cells, translated)
        for cell, code, drawn in zip(code_cells, translated, drew, strict=True):
            cell.source = f"{code}\n{context.use('_figures')}()" if drawn else code
        return nb, {**resources, "context": context, "calls": _calls(translated, any(drew), context), "notices": context.notices}


class ProgramExporter(Exporter):
    """Exportador de nbconvert: ``from_notebook_node`` devuelve el texto del programa, ya compilado, y ``resources["notices"]``."""

    export_from_notebook = "Programa (.py)"
    file_extension = ".py"
    output_mimetype = "text/x-python"
    echo = Bool(False, help="Que el programa escriba también el último valor de cada celda.").tag(config=True)
    install = Bool(False, help="Que las instalaciones se ejecuten.").tag(config=True)
    default_preprocessors = List([]).tag(config=True)
    optimistic_validation = True  # lo que importa ya se ha comprobado al leer

    @default("preprocessors")
    def _own(self) -> list[Any]:
        return [Translator(echo=self.echo, install=self.install, enabled=True)]

    def from_filename(self, filename: str, resources: dict | None = None, **kw: Any) -> tuple[str, dict[str, Any]]:
        """Como en nbconvert, pero con nuestra lectura: dice qué le pasa a un fichero roto y no carga sus salidas."""
        return self._from_bytes(reading.read_bytes(Path(filename)), os.path.basename(filename), resources, **kw)

    def from_file(self, file_stream: Any, resources: dict | None = None, **kw: Any) -> tuple[str, dict[str, Any]]:
        """Lo mismo con un fichero ya abierto, de texto o de bytes."""
        data = file_stream.read()
        return self._from_bytes(data.encode("utf-8") if isinstance(data, str) else data, "entrada", resources, **kw)

    def _from_bytes(self, data: bytes, name: str, resources: dict | None, **kw: Any) -> tuple[str, dict[str, Any]]:
        origin = reading.origin(data, name)
        text, resources = self.from_notebook_node(reading.parse(data, name), {**origin, **(resources or {})}, **kw)
        for notice in resources["notices"]:
            self.log.warning("%s", notice)
        return text, resources

    def from_notebook_node(self, nb: Any, resources: dict | None = None, **kw: Any) -> tuple[str, dict[str, Any]]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # los avisos de sintaxis de un cuaderno ajeno no son asunto nuestro
            return self._program(*super().from_notebook_node(nb, resources, **kw))

    def _program(self, notebook: Any, resources: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        text = assembled(notebook, resources)
        if is_about_globals(compiles(text)):
            for cell in notebook.cells:
                cell.source = without_globals(cell.source) if cell.cell_type == "code" else cell.source
            text = assembled(notebook, resources)
        if (error := compiles(text)) is not None:
            raise ConversionError(f"«{resources['context'].notebook}» no se puede convertir: juntas, sus celdas no forman un programa "
                                  f"({error.msg}, «{(error.text or '').strip()}»).")  # fmt: skip
        return text, resources


def _fails(cell: Any) -> bool:
    """Si la celda lleva la marca de que falla a propósito."""
    tags = cell.get("metadata", {}).get("tags")
    return isinstance(tags, list) and "raises-exception" in tags


def assembled(notebook: Any, resources: dict[str, Any]) -> str:
    """El texto del programa: cabecera, piezas que usa y celdas, en orden."""
    context: Context = resources["context"]
    pieces = written(context.used, context.bound)
    preparation = f"# %% Lo que hace Jupyter y aquí hay que traer\n{pieces}\n\n\n{resources['calls']}".rstrip() if pieces else ""
    return "\n\n".join(part for part in (_header(resources, context), preparation, *_cells(notebook)) if part) + "\n"


def _header(resources: dict[str, Any], context: Context) -> str:
    lines = ["# -*- coding: utf-8 -*-"]  # en la primera línea: así ningún texto del cuaderno se toma por la codificación
    name, sha = visible(os.path.basename(context.notebook)), resources.get("sha256")
    lines.append(comment(f"Programa hecho a partir de «{name}»" + (f" (sha256 {sha[:16]})." if sha else ".")))
    lines += [f"\nfrom __future__ import {', '.join(context.futures)}"] if context.futures else []
    return "\n".join(lines)


def _cells(notebook: Any) -> list[str]:
    found, number = [], 0
    for cell in notebook.cells:
        if cell.cell_type == "code":
            number += 1
            found.append(f"# %% Celda {number}\n{_trimmed(cell.source)}" if cell.source.strip() else "")
        elif cell.source.strip():
            found.append(f"# %% [{cell.cell_type}]\n{comment(cell.source)}")
    return found


def _trimmed(code: str) -> str:
    """Sin líneas vacías al final, salvo si una barra invertida las necesita."""
    bare = code.rstrip("\n")
    return f"{bare}\n" if bare.endswith("\\") else bare


def _calls(codes: list[str], draws: bool, context: Context) -> str:
    """Lo que el programa hace antes de la primera celda, según lo que el cuaderno nombra."""
    text = "\n".join(codes)
    needed = []
    if draws or any(name in text for name in ("matplotlib", "pylab", "seaborn")):
        needed.append("_draw_in_memory")
    if "pandas" in text:
        needed.append("_notebook_tables")
    if "tqdm.notebook" in text or "tqdm_notebook" in text or "tnrange" in text:
        needed.append("_bars_in_the_terminal")
    if "plotly" in text:
        needed.append("_plotly_in_silence")
    lines = [f"{context.use(name)}()" for name in needed]
    if roots := [root for root in ("IPython", "ipywidgets", "google") if any(imports(code, root) for code in codes)]:
        lines.append(f"{context.use('_without_jupyter')}({', '.join(map(literal, roots))})")
    if draws and context.echo:
        lines.append(f"{context.use('_figures')}.told = True")
    for name in ("display", "get_ipython"):
        if name not in context.bound and any(needs(code, name) for code in codes):
            context.use(name)
    return "\n".join(lines)


def _drew(code_cells: list[Any], codes: list[str]) -> list[bool]:
    """Qué celdas dibujan: lo dicen sus salidas guardadas o, si el cuaderno no guarda dibujos, los nombres que usan."""
    seen = [any("image/png" in output.get("data", {}) for output in cell.get("outputs", [])) for cell in code_cells]
    return seen if any(seen) else [_looks_like_drawing(code) for code in codes]


def _looks_like_drawing(code: str) -> bool:
    calls = [node.func for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    methods = [call for call in calls if isinstance(call, ast.Attribute)]
    named = {call.id for call in calls if isinstance(call, ast.Name)} | {call.attr for call in methods}
    return bool(named & DRAWING_METHODS) or any(isinstance(call.value, ast.Name) and call.value.id in DRAWING for call in methods)
