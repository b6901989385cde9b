"""Capítulo 16: respuestas como las que escribe quien aprende, lo que deben leer, y lo que dicen Python, nbformat e IPython."""

import ast
import io
import json
import os
import re
import subprocess
import sys
import textwrap
import tokenize

import nbformat
import pytest
from nbconvert.filters.strings import comment_lines

from course_utils.exercises import chapter_16 as ejercicios


def code(cuaderno):
    return [celda for celda in cuaderno["cells"] if celda["cell_type"] == "code"]


def text(celda):
    return "".join(celda["source"])


def full(celdas, read=text):
    """Los textos de las celdas que tienen algo."""
    return [read(celda) for celda in celdas if text(celda).strip()]


def double_breaks_in_lists(cuaderno):
    cells = []
    for celda in code(cuaderno):
        source = celda["source"]
        if isinstance(source, list):
            source = "\n".join(source)
        if source.strip():
            cells.append(source)
    return "\n\n".join(cells)


def letters(cuaderno):
    return "\n\n".join(full(code(cuaderno), lambda celda: "\n".join(linea.rstrip() for linea in celda["source"])))


def adds_after_each(cuaderno):
    resultado = ""
    for celda in full(code(cuaderno)):
        resultado += celda + "\n\n"
    return resultado


def no_blank_line_survives(cuaderno):
    return "\n\n".join("\n".join(linea for linea in cell.splitlines() if linea.strip()) for cell in full(code(cuaderno)))


def as_executed(cuaderno):
    return "\n\n".join(full(sorted(code(cuaderno), key=lambda celda: celda.get("execution_count", 0))))


def returns_inside_the_loop(cuaderno):
    for cell in full(code(cuaderno)):
        return cell
    return ""


def splits_on_newline(texto):
    return "\n".join("# " + linea if linea else "#" for linea in texto.split("\n"))


def three_breaks(texto):
    return "\n".join("# " + linea if linea else "#" for linea in re.split(r"\r\n|\r|\n", texto))


def titles_alone(texto):
    return "\n".join(f"# {linea}" if linea[:1] not in ("", "#") else linea or "#" for linea in texto.splitlines())


def with_ast(celda):
    try:
        ast.parse(celda)
        return True
    except SyntaxError:
        return False


def as_expression(celda):
    try:
        compile(celda, "celda", "eval")
        return True
    except SyntaxError:
        return False


def runs_it(celda):
    try:
        exec(celda, {"print": lambda *words: None})
    except Exception:
        return False
    return True


def last_is_expression(celda):
    body = ast.parse(celda).body
    return bool(body) and isinstance(body[-1], ast.Expr)


def no_equals(celda):
    lines = celda.splitlines()
    return bool(lines) and "=" not in lines[-1] and not lines[-1].endswith(";")


def any_expression(celda):
    return any(isinstance(node, ast.Expr) for node in ast.parse(celda).body) and not celda.endswith(";")


def cuts_at_hash(celda):
    return last_is_expression(celda) and not celda.splitlines()[-1].split("#")[0].strip().endswith(";")


def last_piece(celda):
    skipped = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER)
    return [t.string for t in tokenize.generate_tokens(io.StringIO(celda).readline) if t.type not in skipped][-1]


def no_statement(celda):
    return isinstance(ast.parse(celda).body[-1], ast.Expr) and last_piece(celda) != ";"


WRONG = [
    (ejercicios.codigo, lambda c: "\n\n".join("\n".join(x["source"]) for x in code(c)), "¿Con qué texto hay que unirlas"),
    (ejercicios.codigo, double_breaks_in_lists, "¿Con qué texto hay que unirlas"),
    (ejercicios.codigo, letters, "recorrer un texto da letras"),
    (ejercicios.codigo, lambda c: "\n\n".join(x["source"] for x in code(c) if x["source"].strip()), "también puede ser una lista"),
    (ejercicios.codigo, lambda c: "\n\n".join(str(x["source"]) for x in code(c) if x["source"]), "sus corchetes"),
    (ejercicios.codigo, lambda c: "\n\n".join(full(c["cells"])), "también el Markdown"),
    (ejercicios.codigo, lambda c: "\n\n".join(full(x for x in c["cells"] if x["cell_type"] != "markdown")), "tercera clase de celda"),
    (ejercicios.codigo, lambda c: "\n".join(full(code(c))), "¿cuántos hacen falta para saltarse una?"),
    (ejercicios.codigo, lambda c: "".join(map(text, code(c))), "quedan pegadas"),
    (ejercicios.codigo, adds_after_each, "en un extremo"),
    (ejercicios.codigo, lambda c: "\n\n".join(map(text, code(c))), "un hueco"),
    (ejercicios.codigo, lambda c: "\n\n".join(text(x) for x in code(c) if x["source"]), "¿Qué queda de ellas tras `strip()`?"),
    (ejercicios.codigo, no_blank_line_survives, "de dentro de una celda"),
    (ejercicios.codigo, as_executed, "Ordenas por `execution_count`"),
    (ejercicios.codigo, returns_inside_the_loop, "Solo sale una de las celdas"),
    (ejercicios.codigo, lambda c: full(code(c)), "hace falta un texto"),
    (ejercicios.comentario, lambda t: "# " + t, "Solo la primera línea"),
    (ejercicios.comentario, splits_on_newline, "partes solo por"),
    (ejercicios.comentario, lambda t: re.sub("^", "# ", t, flags=re.MULTILINE), "partes solo por"),
    (ejercicios.comentario, lambda t: "# " + t.replace("\n", "\n# "), "partes solo por"),
    (ejercicios.comentario, comment_lines, "partes solo por"),
    (ejercicios.comentario, three_breaks, "los tres fines de línea de Python"),
    (ejercicios.comentario, lambda t: splits_on_newline(t.replace("\r", "\n")), "es un solo fin de línea"),
    (ejercicios.comentario, lambda t: "\n".join("# " + x for x in t.splitlines()), "un espacio al final"),
    (ejercicios.comentario, lambda t: textwrap.indent(t, "# "), "se quedan sin marca"),
    (ejercicios.comentario, lambda t: "\n".join("#" + x for x in t.splitlines()), "falta el espacio"),
    (ejercicios.comentario, lambda t: f'"""{t}"""', "no es un comentario"),
    (ejercicios.comentario, titles_alone, "la del título en Markdown"),
    (ejercicios.comentario, lambda t: "\n".join(f"# {x.strip()}".rstrip() for x in t.splitlines()), "espacios del principio"),
    (ejercicios.comentario, lambda t: "".join("# " + x for x in t.splitlines(True)), "conservas los fines de línea"),
    (ejercicios.es_python, lambda c: not c.startswith(("%", "!")), "solo cómo empieza la celda"),
    (ejercicios.es_python, lambda c: not [x for x in c.splitlines() if x.startswith(("%", "!"))], "el principio de cada línea"),
    (ejercicios.es_python, lambda c: not re.search(r"^\s*[%!]", c, re.MULTILINE), "el principio de cada línea"),
    (ejercicios.es_python, lambda c: "%" not in c and "!" not in c, "en cualquier sitio"),
    (ejercicios.es_python, lambda c: not re.search(r"^\s*[%!?]|=\s*!|\?$|^pip ", c, re.MULTILINE), "también la ven donde no la hay"),
    (ejercicios.es_python, lambda c: all(map(with_ast, c.split("\n"))), "cada línea por separado"),
    (ejercicios.es_python, as_expression, "solo aceptas una expresión"),
    (ejercicios.es_python, runs_it, "Ejecutas la celda"),
    (ejercicios.es_python, lambda c: ast.parse(c) is not None, "recógelo con `try`"),
    (ejercicios.es_python, lambda c: not with_ast(c), "del revés"),
    (ejercicios.es_python, lambda c: True, "siempre lo mismo"),
    (ejercicios.es_python, lambda c: with_ast(c) or None, "¿le falta un `return`?"),
    (ejercicios.es_python, lambda c: "sí", "hace falta `True` o `False`"),
    (ejercicios.eco, no_equals, "Buscas un `=`"),
    (ejercicios.eco, lambda c: not c.endswith(";"), "Solo miras el punto y coma"),
    (ejercicios.eco, lambda c: as_expression(c.split("\n")[-1]), "la última línea sola"),
    (ejercicios.eco, lambda c: as_expression(c.strip().split("\n")[-1].strip()), "la última línea sola"),
    (ejercicios.eco, as_expression, "toda la celda sea una sola expresión"),
    (ejercicios.eco, any_expression, "una expresión en cualquier sitio"),
    (ejercicios.eco, lambda c: any(isinstance(node, ast.Expr) for node in ast.walk(ast.parse(c))), "una expresión en cualquier sitio"),
    (ejercicios.eco, last_is_expression, "falta el punto y coma"),
    (ejercicios.eco, lambda c: last_is_expression(c) and not c.rstrip().endswith(";"), "¿Cuál es la última pieza de código?"),
    (ejercicios.eco, cuts_at_hash, "la primera almohadilla"),
    (ejercicios.eco, no_statement, "no tiene última instrucción"),
]  # fmt: skip


def loop(cuaderno):
    cells = []
    for celda in cuaderno["cells"]:
        if celda["cell_type"] != "code":
            continue
        source = celda["source"]
        texto = source if isinstance(source, str) else "".join(source)
        if texto.strip() != "":
            cells.append(texto)
    return "\n\n".join(cells)


def every_break_by_name(texto):
    lines = re.split("\r\n|[\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]", texto)
    return "\n".join(("# " + linea).rstrip() for linea in lines)


def compiled(celda):
    try:
        return bool(compile(celda, "celda", "exec"))
    except Exception:
        return False


def what_follows_the_last_statement(celda):
    body = ast.parse(celda).body
    if not body or not isinstance(body[-1], ast.Expr):
        return False
    lines = celda.splitlines()[body[-1].end_lineno - 1 :]
    return not lines[0][body[-1].end_col_offset :].lstrip().startswith(";")


RIGHT = [
    (ejercicios.codigo, loop),
    (ejercicios.codigo, lambda c: "\n\n".join(filter(str.strip, map(text, code(c))))),
    (ejercicios.codigo, lambda c: "\n\n".join(x.strip() for x in full(code(c)))),
    (ejercicios.comentario, every_break_by_name),
    (ejercicios.comentario, lambda t: textwrap.indent("\n".join(t.splitlines()), "# ", lambda x: True).replace("# \n", "#\n")),
    (ejercicios.es_python, compiled),
    (ejercicios.es_python, with_ast),
    (ejercicios.eco, what_follows_the_last_statement),
    (ejercicios.eco, lambda c: last_is_expression(c) and last_piece(c) != ";"),
]


def test_changing_the_notebook_is_told():
    def joins_in_place(cuaderno):
        for celda in cuaderno["cells"]:
            celda["source"] = text(celda)
        return loop(cuaderno)

    assert "modifica lo que recibe" in ejercicios.codigo.check(joins_in_place).text


def test_an_unknown_mistake_is_shown_with_the_call_as_it_is_written():
    almost = ejercicios.es_python.check(lambda c: "time f" in c or with_ast(c)).text
    assert almost == ("Casi: aciertas 13 de 14 pruebas, pero con `es_python('n = 3\\nif n != 4:\\n    %time f()')` devuelve `True` y "
                      "debería ser `False`. La magia está dentro de un if.")  # fmt: skip


def test_a_short_text_is_shown_whole_with_its_invisible_characters():
    almost = ejercicios.comentario.check(lambda t: every_break_by_name(t) + "\n" * ("\x0c" in t)).text
    assert r"con `como_comentario('uno\x0cdos')` devuelve `'# uno\n# dos\n'` y debería ser `'# uno\n# dos'`." in almost


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.replace("return", "devuelve"), r"tras `'\n\n\ndef area(r):\n    '` tu texto sigue con `'devuelve math.pi "),
        (lambda t: t[:-10], "y debería seguir con"),
        (lambda t: "x" + t, "tu texto empieza por `'ximport math"),
        (lambda t: t[:20], "tu texto acaba y debería seguir con"),
        (lambda t: t + "\n# fin de programa y de todo lo demás", "y debería acabar."),
        (lambda t: t.replace("return", "`"), "sigue con «'`"),
    ],
)
def test_a_long_text_is_told_from_where_it_differs(change, words):
    long = "import math\n\n\ndef area(r):\n    return math.pi * r**2\n\narea(2)\n\narea(3)\n\nprint('y fin', 1, 2, 3)"
    said = ejercicios.codigo.answer.difference(long, change(long))
    assert words in said + "."


def test_the_references_agree_with_nbformat():
    """Lo que es el texto de una celda lo dice nbformat: el cuaderno completo es válido y leído con él da el mismo programa."""
    whole = json.dumps(ejercicios.SAVED)
    read = nbformat.reads(whole, as_version=4)
    nbformat.validate(read)
    assert "\n\n".join(cell.source for cell in read.cells if cell.cell_type == "code") == ejercicios.codigo.truth(json.loads(whole))
    for case in ejercicios.codigo.cases:
        compile(ejercicios.codigo.truth(*case.given), "programa", "exec")


BREAKS = ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]


def runs(source, tmp_path):
    """Si el programa escribe algo: se guarda tal cual y lo ejecuta Python de verdad."""
    path = tmp_path / "programa.py"
    path.write_bytes(source.encode())
    return bool(subprocess.run([sys.executable, path], capture_output=True, check=True).stdout)


@pytest.mark.parametrize("end", BREAKS, ids=ascii)
def test_what_is_commented_is_not_run_and_python_ends_a_comment_in_three_ways(end, tmp_path):
    hidden = f"Salta la rana{end}print('y se cuela')"
    assert not runs(ejercicios.comentario.truth(hidden), tmp_path)
    assert runs("# " + hidden, tmp_path) is (end in ("\n", "\r", "\r\n"))


def test_nbconvert_lets_it_through(tmp_path):
    """Lo que se cuenta al acertar: si nbconvert lo arregla algún día, hay que cambiar el texto."""
    assert runs(comment_lines("Salta la rana\rprint('y se cuela')"), tmp_path)
    assert "nbconvert 7.17" in ejercicios.comentario.praise


ASK = """
import contextlib, io, json, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.user_ns.update(x=5, f=lambda *numbers: sum(numbers))

def shows(cell):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert shell.run_cell(cell, store_history=True).success, cell
    return "Out[" in out.getvalue()

asked = json.load(sys.stdin)
untouched = [shell.transform_cell(cell) == cell + "\\n" for cell in asked["python"]]
print(json.dumps({"python": untouched, "eco": [shows(cell) for cell in asked["eco"]]}))
"""


@pytest.fixture(scope="module")
def ipython(tmp_path_factory):
    """Lo que hace IPython con las celdas de los dos ejercicios: si las deja como están y si enseña su valor."""
    asked = {"python": [case.given[0] for case in ejercicios.es_python.cases], "eco": [case.given[0] for case in ejercicios.eco.cases]}
    environment = {**os.environ, "IPYTHONDIR": str(tmp_path_factory.mktemp("ipython"))}
    done = subprocess.run([sys.executable, "-c", ASK], input=json.dumps(asked), env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def test_what_python_understands_is_what_jupyter_leaves_alone(ipython):
    assert ipython["python"] == [ejercicios.es_python.truth(*case.given) for case in ejercicios.es_python.cases]


def test_what_is_shown_is_what_jupyter_shows(ipython):
    assert ipython["eco"] == [ejercicios.eco.truth(*case.given) for case in ejercicios.eco.cases]
