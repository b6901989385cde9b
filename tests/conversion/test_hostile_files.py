"""Ficheros que no son lo que dicen: cada uno recibe su frase o, si se entiende sin dudas, su programa."""

from __future__ import annotations

import pytest

from .making import HELLO, code, markdown, notebook, written

A, EMPTY = "«X.ipynb» ", {"cell_type": "code", "metadata": {}, "outputs": []}
NOT_VALID = A + "no es un cuaderno de Jupyter válido: "
NO_OBJECT = A + "es JSON, pero no un cuaderno: le falta el objeto con sus celdas."
NO_CELLS = NOT_VALID + "le falta la lista «cells» con sus celdas."
NO_SHEETS = NOT_VALID + "le falta la lista «worksheets», la del formato 3."
VACANT = A + "está vacío: guárdalo otra vez desde JupyterLab."
ONLY_PYTHON = ", y aquí solo se convierten cuadernos de Python."
ACCENTED = written(notebook(markdown("canción"), code("print('hola')")))
LATIN = ACCENTED.decode().encode("latin-1")
LETTER, LAST_LINE = LATIN.index(b"\xf3"), HELLO.count(b"\n") + 1
BEGINNING = HELLO[: HELLO.index(b"{}")]  # hasta «"metadata": » de la primera celda


def cut(where: str) -> str:
    return f"{A}está cortado: acaba antes de tiempo ({where}). Recupera una copia entera."


def broken(where: str) -> str:
    return f"{NOT_VALID}su JSON está roto ({where}). Recupera una copia entera."


def encoding(where: str) -> str:
    return f"{A}no está en UTF-8: {where}. Ábrelo con un editor y guárdalo en UTF-8."


def deep(where: str) -> str:
    return f"{A}anida sus datos a demasiada profundidad en {where}: no parece un cuaderno."


def repeated(key: str) -> str:
    told = f"repite la clave «{key}» con valores distintos y no se sabe cuál vale: "
    return told + "suele pasar al mezclar versiones a mano. Quédate con una."


def in_cell(number: int, told: str) -> str:
    return f"«X.ipynb», celda {number} del fichero: {told}"


def not_text(key: str) -> str:
    return f"su texto («{key}») tendría que ser una cadena o una lista de cadenas. Recupera una copia."


def changed(old: str, new: str) -> bytes:
    assert old in HELLO.decode()
    return HELLO.replace(old.encode(), new.encode(), 1)


def nbformat(value: str) -> bytes:
    return changed('"nbformat": 4', f'"nbformat": {value}')


def whole_number(value: str) -> str:
    return f"{NOT_VALID}su «nbformat» es «{value}», y tiene que ser un número entero, del 1 al 4."


def future(value: str) -> str:
    told = f"{A}está en el formato {value} de Jupyter, y aquí se conocen del 1 al 4: "
    return told + "ábrelo con un JupyterLab reciente y guárdalo en el formato 4."


def with_metadata(metadata: object) -> dict:
    return notebook(code("print('hola')"), metadata=metadata)


CONFLICT = changed(' "cells": [', '<<<<<<< HEAD\n "cells": [\n=======\n "cells": [],\n>>>>>>> rama')
CONFLICT_IN_OUTPUTS = changed('"outputs": []', '"outputs": [\n<<<<<<< HEAD\n    {}\n=======\n    {}\n>>>>>>> rama\n   ]')
REPEATED_SOURCE = changed('"source": "print', '"source": "print(1)",\n   "source": "print')
REPEATED_METADATA = changed(' "nbformat": 4', ' "metadata": {"kernelspec": {"name": "ir"}},\n "nbformat": 4')
UTF16_CUT = b"\xff\xfe" + BEGINNING.decode().encode("utf-16-le")
NESTED = b'{"nbformat": 4, "cells": [], "metadata": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}"

REFUSED = {
    "empty": (b"", VACANT), "spaces only": (b" \n\t\r\n ", VACANT), "byte order mark only": (b"\xef\xbb\xbf", VACANT),
    "cut at the first byte": (HELLO[:1], cut("línea 1, columna 2")),
    "cut inside a key": (HELLO[: HELLO.index(b"cell_type") + 4], cut("línea 4, columna 4")),
    "cut inside the code": (HELLO[: HELLO.index(b"hola")], cut("línea 8, columna 14")),
    "cut before the last brace": (HELLO[:-1], cut(f"línea {LAST_LINE}, columna 1")),
    "cut inside a letter": (ACCENTED[: ACCENTED.index(b"\xc3") + 1], cut("línea 6, columna 14")),
    "cut, with a byte order mark": (b"\xef\xbb\xbf" + BEGINNING, cut("línea 5, columna 16")),
    "cut, in UTF-16": (UTF16_CUT, cut("línea 5, columna 16")),
    "brackets that do not match": (changed('"outputs": []', '"outputs": [}'), broken("línea 7, columna 16")),
    "text after the notebook": (HELLO + b"\n{}", broken(f"línea {LAST_LINE + 1}, columna 1")),
    "plain text": (b"hola", broken("línea 1, columna 1")),
    "UTF-16 without its mark": (HELLO.decode().encode("utf-16-le"), broken("línea 1, columna 2")),
    "web page": (b"\n<!DOCTYPE html>\n<html>", A + "es una página web, no un cuaderno: descarga el fichero original "
                 "(en GitHub, el botón «Raw»)."),
    "git conflict": (CONFLICT, A + "tiene un conflicto de git sin resolver en la línea 2: resuélvelo y repite."),
    "git conflict in outputs": (CONFLICT_IN_OUTPUTS, A + "tiene un conflicto de git sin resolver en la línea 8: resuélvelo y repite."),
    "list": (b"[1, 2]", NO_OBJECT), "number": (b"3", NO_OBJECT), "string": (b'"hola"', NO_OBJECT), "null": (b"null", NO_OBJECT),
    "not a number": (b"NaN", NO_OBJECT),
    "empty object": (b"{}", A + "es JSON, pero no un cuaderno de Jupyter: le falta «nbformat»."),
    "nbformat null": (nbformat("null"), A + "es JSON, pero no un cuaderno de Jupyter: le falta «nbformat»."),
    "nbformat string": (nbformat('"4"'), whole_number('"4"')), "nbformat true": (nbformat("true"), whole_number("true")),
    "nbformat 0": (nbformat("0"), whole_number("0")), "nbformat -1": (nbformat("-1"), whole_number("-1")),
    "nbformat 4.5": (nbformat("4.5"), whole_number("4.5")), "nbformat infinite": (nbformat("1e999"), whole_number("Infinity")),
    "nbformat list": (nbformat("[4]"), whole_number("[4]")), "nbformat NaN": (nbformat("NaN"), whole_number("NaN")),
    "nbformat 5": (nbformat("5"), future("5")), "nbformat 99": (nbformat("99"), future("99")),
    "nbformat of 200 digits": (nbformat("9" * 200), future("9" * 60 + "…")),
    "integer of 5,000 digits": (nbformat("9" * 5000), A + "tiene un número de miles de cifras en la línea 21, columna 14: "
                                "no parece un cuaderno."),
    "100,000 brackets": (b"[" * 100_000, deep("la línea 1, columna 501")),
    "100,000 objects in the metadata": (NESTED, deep("la línea 1, columna 2537")),
    "latin-1": (LATIN, encoding(f"el byte {LETTER} (línea 6) es 0xf3")),
    "latin-1 behind a byte order mark": (b"\xef\xbb\xbf" + LATIN, encoding(f"el byte {LETTER + 3} (línea 6) es 0xf3")),
    "source twice": (REPEATED_SOURCE, in_cell(1, repeated("source"))),
    "metadata twice": (REPEATED_METADATA, A + repeated("metadata")),
    "cells null": (notebook() | {"cells": None}, NO_CELLS), "cells object": (notebook() | {"cells": {}}, NO_CELLS),
    "no cells": ({"nbformat": 4, "metadata": {}}, NO_CELLS),
    "cells strings": (notebook("print(1)"), in_cell(1, 'tendría que ser un objeto y es «"print(1)"». Recupera una copia del cuaderno.')),
    "cell null": (notebook(code("1"), None), in_cell(2, "tendría que ser un objeto y es «null». Recupera una copia del cuaderno.")),
    "cell without type": (notebook({"source": ""}), in_cell(1, "no dice su tipo («cell_type»), y solo puede ser code, markdown o raw.")),
    "cell of another type": (notebook(code("1", cell_type="heading")),
                             in_cell(1, 'su tipo es «"heading"», y solo puede ser code, markdown o raw.')),
    "cell type a list": (notebook(code("1", cell_type=["code"])),
                         in_cell(1, 'su tipo es «["code"]», y solo puede ser code, markdown o raw.')),
    **{f"source {name}": (notebook(cell), in_cell(1, not_text("source")))
       for name, cell in {"missing": EMPTY, "null": code(None), "number": code(3), "list with a number": code(["a", 3])}.items()},
    "R": (with_metadata({"language_info": {"name": "R"}}), A + "está en R" + ONLY_PYTHON),
    "Julia": (with_metadata({"kernelspec": {"name": "julia-1.9", "language": "julia"}}), A + "está en julia" + ONLY_PYTHON),
    "bash, only the name of its kernel": (with_metadata({"kernelspec": {"name": "bash"}}), A + "es para el núcleo «bash»" + ONLY_PYTHON),
    "R, only the name of its kernel": (with_metadata({"kernelspec": {"name": "ir"}}), A + "es para el núcleo «ir»" + ONLY_PYTHON),
}  # fmt: skip


@pytest.mark.parametrize(("content", "told"), REFUSED.values(), ids=REFUSED)
def test_refused(content, told, refused):
    assert refused(content) == told


UNUSUAL_OUTPUTS = {"null": None, "number": 3, "object": {}, "string": "x", "list of numbers": [3], "data a list": [{"data": ["image/png"]}]}
UNUSUAL_TAGS = {"null": None, "number": 3, "string": "x", "mixed": ["a", 3, None], "repeated": ["a", "a"], "object": {"a": 1}}
HIDDEN = '"\\u006futputs"'  # la clave «outputs» escrita de otro modo

ACCEPTED = {
    "byte order mark": b"\xef\xbb\xbf" + HELLO, "UTF-16": HELLO.decode().encode("utf-16"), "UTF-32": HELLO.decode().encode("utf-32"),
    "UTF-16 big-endian": b"\xfe\xff" + HELLO.decode().encode("utf-16-be"), "windows line ends": HELLO.replace(b"\n", b"\r\n"),
    "nbformat 4.0": nbformat("4.0"), "no nbformat_minor": changed(',\n "nbformat_minor": 4', ""),
    "nbformat_minor of the future": changed('_minor": 4', '_minor": 99'), "nbformat_minor a string": changed('_minor": 4', '_minor": "x"'),
    "source twice, the same": changed('"source"', '"source": "print(\'hola\')", "source"'),
    "only a type and a source": written(notebook({"cell_type": "code", "source": "print('hola')"})),
    "source a list": written(notebook(code(["print(\n", "'hola')"]))),
    "latin-1 in the outputs only": written(notebook(code("print('hola')", outputs=[{"text": "canción"}]))).decode().encode("latin-1"),
    "an output of 5 MB": written(notebook(code("print('hola')", outputs=[{"text": '<a href="ñ">\n' * 400_000}])), escaped=True),
    "100,000 brackets in the outputs": changed('"outputs": []', '"outputs": ' + "[" * 100_000 + "]" * 100_000),
    "metadata 900 deep": changed('"metadata": {}', '"metadata": ' + '{"a": ' * 900 + "1" + "}" * 900),
    "cell metadata of the wrong type": written(notebook(code("print('hola')", metadata={"collapsed": "sí", "scrolled": 7, "name": 3}))),
    "execution_count a string": written(notebook(code("print('hola')", execution_count="7"))),
    "ids repeated and not strings": written(notebook(code("print('hola')", id=3), code("", id=3))),
    **{f"outputs {name}": written(notebook(code("print('hola')", outputs=found))) for name, found in UNUSUAL_OUTPUTS.items()},
    **{f"outputs {name}, hidden": written(notebook(code("print('hola')", outputs=found))).replace(b'"outputs"', HIDDEN.encode())
       for name, found in UNUSUAL_OUTPUTS.items()},
    **{f"tags {name}": written(notebook(code("print('hola')", metadata={"tags": found}))) for name, found in UNUSUAL_TAGS.items()},
    **{f"metadata {name}": written(with_metadata(found)) for name, found in {
        "null": None, "list": [], "kernelspec a number": {"kernelspec": 3}, "kernelspec empty": {"kernelspec": {}},
        "names numbers": {"kernelspec": {"name": 3, "language": 3}, "language_info": {"name": 3}},
        "language_info a list": {"language_info": []},
        "its tongue": {"language": "es"}, "a title": {"title": 3, "authors": 3}, "another Python": {"language_info": {"name": "ipython3"}},
    }.items()},
}  # fmt: skip


@pytest.mark.parametrize("content", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(content, accepted):
    assert accepted(content) == "hola\n"


def test_no_cells_at_all_is_an_empty_program(accepted):
    assert accepted(notebook()) == ""


@pytest.mark.parametrize("content", [b'{"nbformat": 4', b'{"a": "' + b'<b class=\\"x\\">\\n' * 300_000], ids=["brackets", "string"])
def test_a_huge_cut_file_is_told_at_once(content, refused):
    assert refused(content).startswith(A + "está cortado")


# ---- Formatos 1, 2 y 3 ----

def old(*cells: dict, major: int = 3, **more: object) -> dict:
    return {"nbformat": major, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": list(cells)}], **more}


def old_code(source: object, **more: object) -> dict:
    return {"cell_type": "code", "language": "python", "collapsed": False, "outputs": [], "input": source, **more}


HEADING = {"cell_type": "heading", "level": 2, "source": "Título"}
OLD_ACCEPTED = {
    "v3": old(HEADING, {"cell_type": "markdown", "source": ["a", "b"]}, old_code(["print(", "'hola')"]),
              {"cell_type": "raw", "source": "r"}),
    "v3, lines with their ends": old(old_code(["print(\n", "'hola')"])),
    "v3, two sheets": {**old(), "worksheets": [{"cells": [old_code("x = 'hola'")]}, {"cells": [old_code("print(x)")]}]},
    "v3, heading of level 10¹⁵": old({**HEADING, "level": 10**15}, old_code("print('hola')")),
    "v3, outputs broken": old(old_code("print('hola')", outputs=7)),
    "v3, cell without input": old({"cell_type": "code", "language": "python", "outputs": []}, old_code("print('hola')")),
    "v3, metadata a number": old(old_code("print('hola')"), metadata=3),
    "v2": old({"cell_type": "html", "source": "<b>"}, old_code(["print(", "'hola')"]), major=2),
    "v1": {"nbformat": 1, "cells": [{"cell_type": "text", "text": "uno"}, {"cell_type": "code", "code": "print('hola')"}]},
}  # fmt: skip
OLD_REFUSED = {
    "v3 without sheets": ({**old(), "worksheets": None}, NO_SHEETS),
    "v4 that says 3": (notebook(code("print(1)"), nbformat=3), NO_SHEETS),
    "v3 that says 4": ({**old(old_code("print(1)")), "nbformat": 4}, NO_CELLS),
    "v3, a sheet without cells": ({**old(), "worksheets": [{}]}, NO_CELLS),
    "v3, a number for a sheet": ({**old(), "worksheets": [3]}, NO_CELLS),
    "v3, source instead of input": (old(HEADING, {"cell_type": "code", "source": "print(1)"}), in_cell(2, not_text("input"))),
    "v3, input a number": (old(old_code(3)), in_cell(1, not_text("input"))),
    "v3, unknown type": (old({"cell_type": "x"}), in_cell(1, 'su tipo es «"x"», y solo puede ser code, markdown, raw, heading o html.')),
    "v1, unknown type": ({"nbformat": 1, "cells": [{"cell_type": "markdown"}]},
                         in_cell(1, 'su tipo es «"markdown"», y solo puede ser code o text.')),
    "v3, a cell in Ruby": (old(old_code("1"), old_code("1", language="ruby")), in_cell(2, "está en ruby") + ONLY_PYTHON),
    "v3 in Julia": (old(old_code("1"), metadata={"language": "Julia"}), A + "está en Julia" + ONLY_PYTHON),
}  # fmt: skip


@pytest.mark.parametrize("content", OLD_ACCEPTED.values(), ids=OLD_ACCEPTED)
def test_old_format_accepted(content, accepted):
    assert accepted(content) == "hola\n"


@pytest.mark.parametrize(("content", "told"), OLD_REFUSED.values(), ids=OLD_REFUSED)
def test_old_format_refused(content, told, refused):
    assert refused(content) == told


def test_old_texts_become_comments(accepted, folder):
    accepted(OLD_ACCEPTED["v3"])
    assert [line for line in (folder / "X.py").read_text("utf-8").splitlines() if line.startswith("# ")][2:] == [
        "# %% [markdown]", "# ## Título", "# %% [markdown]", "# a", "# b", "# %% Celda 1", "# %% [raw]", "# r",
    ]  # fmt: skip


@pytest.mark.parametrize("output", [{"output_type": "display_data", "png": "iVBO"}, {"output_type": "pyout", "text": "<Figure size 3x3>"}])
def test_old_drawings_are_known(output, accepted, folder):
    accepted(old(old_code("print('hola')", outputs=[output])))
    assert "_figures()" in (folder / "X.py").read_text("utf-8")


def test_what_the_file_says_cannot_add_lines(refused):
    assert refused(with_metadata({"language_info": {"name": "R\notra cosa"}})) == A + "está en R" + ONLY_PYTHON
    assert refused(with_metadata({"language_info": {"name": "R\rotra cosa"}})) == A + "está en R\\rotra cosa" + ONLY_PYTHON
