"""Errores típicos del capítulo 16: qué hace cada uno y qué se le dice a quien lo comete. Y las cuatro respuestas con que se comparan."""

from __future__ import annotations

import ast
import io
import re
import textwrap
import tokenize
from collections.abc import Callable, Iterator
from typing import Any

from .core import Slip

BLANK_LINE = "\n\n"


def program(
    notebook: dict,
    kinds: tuple[str, ...] = ("code",),
    text: Callable[[Any], str] = "".join,
    between: str = BLANK_LINE,
    after: str = "",
    keep: Callable[[str], Any] = str.strip,
    place: slice = slice(None),
) -> str:
    """El código de un cuaderno: sus celdas de estas clases, leídas con ``text``, si ``keep`` las quiere."""
    texts = [text(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] in kinds]
    return between.join([one + after for one in texts if keep(one)][place])


def everything(text: str) -> bool:
    return True


def careless(**fault: Any) -> Iterator[Callable]:
    """El mismo error en dos versiones: quien quita las celdas vacías y quien no."""
    for keep in (str.strip, bool, everything):
        yield lambda nb, keep=keep: program(nb, **{"keep": keep, **fault})


def text_of_lists(source: Any) -> str:
    """Une con saltos las líneas de una lista, que ya los llevan."""
    return source if isinstance(source, str) else "\n".join(source)


def line_by_line(source: Any, ends: str | None = "\n") -> str:
    """Quita el final de cada línea y pone un salto al unir: con un texto, recorre sus letras."""
    return "\n".join(line.rstrip(ends) for line in source)


def by_execution(notebook: dict) -> str:
    return program({"cells": sorted(notebook["cells"], key=lambda cell: cell.get("execution_count") or 0)})


CODE = (
    Slip("Las líneas de una lista ya traen su salto, y tú pones otro: sale una línea en blanco entre cada dos. ¿Con qué texto hay que "
         "unirlas para no añadir nada?", *careless(text=text_of_lists), *careless(text="\n".join)),
    Slip("Con las listas aciertas. Pero `source` también puede ser un solo texto, y recorrer un texto da letras: te quedan una por línea.",
         *careless(text=line_by_line), *careless(text=lambda source: line_by_line(source, None))),
    Slip("Con los textos aciertas. Pero `source` también puede ser una lista de líneas: es lo que escribe JupyterLab. ¿Cómo se une una "
         "lista?", *careless(text=str.strip)),
    Slip("`str(lista)` escribe la lista tal como se ve en Python, con sus corchetes y sus comillas. Lo que quieres es unir sus líneas.",
         *careless(text=str), *careless(text=lambda source: str(source) if source else "")),
    Slip("De cada celda solo coges la primera línea, o la primera letra. Se pide todo su texto.",
         *careless(text=lambda source: source[0] if source else "")),
    Slip("Metes todas las celdas, también el Markdown, y Python no lo entiende. Mira `celda[\"cell_type\"]`.",
         *careless(kinds=("code", "markdown", "raw")), *careless(kinds=("code", "markdown"))),
    Slip("Casi: quitas el Markdown, pero hay una tercera clase de celda, `raw`, que tampoco es código. Mejor que decir lo que no es, di "
         "lo que es.", *careless(kinds=("code", "raw"))),
    Slip("Falta la línea en blanco entre celda y celda. Un \"\\n\" solo baja a la línea siguiente: ¿cuántos hacen falta para saltarse "
         "una?", *careless(between="\n")),
    Slip("Las celdas quedan pegadas: la última línea de una y la primera de la siguiente forman una sola.", *careless(between="")),
    Slip("Casi: el salto va entre una celda y la siguiente, y tú lo pones también en un extremo. `join` lo coloca justo donde hace falta.",
         *careless(between="", after=BLANK_LINE), *careless(between="\n", after="\n"), *careless(after="\n"),
         lambda nb: program(nb) + "\n", lambda nb: BLANK_LINE + program(nb)),
    Slip("Casi: una celda de código vacía te deja un hueco de varias líneas. Sáltate las que no tengan nada.",
         lambda nb: program(nb, keep=everything)),
    Slip("Casi: te saltas las celdas vacías, pero no las que solo tienen espacios o saltos de línea. ¿Qué queda de ellas tras `strip()`?",
         lambda nb: program(nb, keep=bool)),
    Slip("Casi: al quitar los huecos borras también líneas en blanco de dentro de una celda, que son parte de su código.",
         lambda nb: re.sub(r"\n{3,}", BLANK_LINE, program(nb)),
         lambda nb: program(nb, text=lambda source: re.sub(r"\n\n+", "\n", "".join(source)))),
    Slip("Ordenas por `execution_count`, el orden en que alguien las ejecutó. El del programa es el del cuaderno, de arriba abajo.",
         by_execution),
    Slip("Solo sale una de las celdas. ¿Está tu `return` dentro del bucle, o guardas en cada vuelta solo la última?",
         *careless(place=slice(0, 1)), *careless(place=slice(-1, None))),
)  # fmt: skip


def comment(lines: list[str], blank: str = "#", mark: str = "# ") -> str:
    """Las líneas, cada una con su marca; las vacías quedan en ``blank``."""
    return "\n".join(mark + line if line else blank for line in lines)


def split_on(breaks: str) -> Iterator[Callable]:
    """Partir por otros fines de línea, con las tres maneras de tratar las líneas vacías."""
    yield lambda t: comment(re.split(breaks, t))
    yield lambda t: comment(re.split(breaks, t), blank="# ")
    yield lambda t: "\n".join(("# " + line).rstrip() for line in re.split(breaks, t))


COMMENT = (
    Slip("Solo la primera línea lleva su marca: las demás siguen siendo código, y Python intentará ejecutarlas.",
         lambda t: "# " + t, lambda t: "#" + t),
    Slip("Casi: partes solo por \"\\n\". Tras un \"\\r\" suelto Python da por acabado el comentario y ejecuta lo que sigue. ¿Qué método de "
         "los textos conoce todos los fines de línea?",
         *split_on("\n"), lambda t: "\n".join("# " + line if line.strip() else "#" for line in t.split("\n"))),
    Slip("Casi: conoces los tres fines de línea de Python, pero no los demás de Unicode. Los textos tienen un método que parte por todos.",
         *split_on("\r\n|\r|\n")),
    Slip("Casi: \"\\r\\n\" es un solo fin de línea, y al tratarlo como dos te salen líneas que no estaban.",
         *split_on("[\r\n]"), lambda t: comment(t.replace("\r", "\n").splitlines())),
    Slip("Casi: una línea vacía te queda en \"# \", con un espacio al final que nadie ve y que muchos editores borran. Debe quedar en "
         "\"#\".", lambda t: comment(t.splitlines(), blank="# ")),
    Slip("Casi: las líneas vacías se quedan sin marca o desaparecen. `textwrap.indent`, por ejemplo, se las salta si no le dices nada.",
         lambda t: comment(t.splitlines(), blank=""), lambda t: comment([line for line in t.splitlines() if line]),
         lambda t: textwrap.indent(t, "# ")),
    Slip("Casi: falta el espacio. Entre la almohadilla y el texto va uno: \"# \".", lambda t: comment(t.splitlines(), mark="#")),
    Slip("Un texto entre comillas triples no es un comentario: Python lo lee, y basta que el Markdown lleve otras tres para cerrarlo antes "
         "de tiempo.", lambda t: f'"""{t}"""', lambda t: f'"""\n{t}\n"""', lambda t: f"'''{t}'''", lambda t: f"'''\n{t}\n'''"),
    Slip("Casi: si la línea ya empieza por una almohadilla la dejas igual. Esa es la del título en Markdown, parte del texto: también "
         "lleva la tuya delante.",
         lambda t: "\n".join(line if line.startswith("#") else "# " + line if line else "#" for line in t.splitlines())),
    Slip("Casi: quitas los espacios del principio de cada línea, y en Markdown significan algo: con ellos se mete una lista en otra.",
         lambda t: comment([line.strip() for line in t.splitlines()])),
    Slip("Casi: conservas los fines de línea del original. En el resultado se separan todas con \"\\n\".",
         lambda t: "".join("# " + line if line.strip() else "#" + line for line in t.splitlines(keepends=True)),
         lambda t: "".join("# " + line for line in t.splitlines(keepends=True)),
         lambda t: textwrap.indent(t, "# ", lambda line: True)),
)  # fmt: skip


def parses(text: str, mode: str = "exec") -> bool:
    """Si Python entiende el texto, sin ejecutarlo."""
    try:
        ast.parse(text, mode=mode)
    except SyntaxError:
        return False
    return True


MARKS = ("%", "!")


def unmarked_lines(cell: str) -> bool:
    """Si ninguna línea empieza por una marca de Jupyter."""
    return not any(line.strip().startswith(MARKS) for line in cell.splitlines())


def without_patterns(cell: str, start: str = r"[%!?]|pip ") -> bool:
    """Las reglas de quien hace una lista de todo lo que Jupyter añade: aciertan con la magia y ven otra donde no la hay."""
    lines = [line.strip() for line in cell.splitlines()]
    return not any(re.match(start, line) or re.search(r"=\s*[%!]", line) or line.endswith("?") for line in lines)


IS_PYTHON = (
    Slip("Miras solo cómo empieza la celda. La magia puede estar más abajo o detrás de un `=`, y la ayuda se pide con «?» al final.",
         lambda c: not c.startswith(MARKS), lambda c: not c.startswith("%"), lambda c: not c.strip().startswith(MARKS),
         lambda c: not c.startswith((*MARKS, "?"))),
    Slip("Miras el principio de cada línea. Se te escapan `x = !ls` o `print?`, y das por magia una línea de un texto o de una cuenta que "
         "viene de la línea anterior. ¿Quién sabe de verdad qué es Python?",
         unmarked_lines, lambda c: not any(line.startswith(MARKS) for line in c.splitlines()),
         lambda c: not any(line.startswith(("%", "!", "?")) for line in c.splitlines()),
         lambda c: not any(line.strip().startswith("%") for line in c.splitlines())),
    Slip("Buscas `%` o `!` en cualquier sitio, y los dos son también Python: `7 % 4`, `x != y`, o un texto que los lleve.",
         lambda c: not any(mark in c for mark in MARKS), lambda c: not any(mark in c for mark in (*MARKS, "?")), lambda c: "%" not in c),
    Slip("Tus reglas reconocen la magia, pero también la ven donde no la hay: en una línea de un texto o de una cuenta a medias. Para "
         "saberlo hay que leer la celda como la lee Python: ¿qué módulo lo hace?",
         without_patterns, lambda c: without_patterns(c, "[%!?]")),
    Slip("Casi: compruebas cada línea por separado, y hay órdenes de Python que ocupan varias. Lee la celda entera de una vez.",
         lambda c: all(parses(line) for line in c.splitlines()), lambda c: all(parses(line.strip()) for line in c.splitlines())),
    Slip("Casi: con `eval` solo aceptas una expresión, y una celda puede asignar, importar o no tener nada. El modo que lo lee todo es "
         "`exec`.", lambda c: parses(c, "eval"), lambda c: parses(c.strip(), "eval")),
    Slip("Casi: el modo `single` lee una sola instrucción, como el intérprete de la terminal. El que lee una celda entera es `exec`.",
         lambda c: parses(c, "single")),
    Slip("Ejecutas la celda para ver si falla, y eso es otra pregunta: un error al ejecutarla no la hace menos Python. Además, ejecutar lo "
         "que solo querías mirar es peligroso.", lambda c: parses(c) and "/ 0" not in c),
    Slip("Vas bien: cuando la celda no es Python, `ast.parse` lanza `SyntaxError`. Ese error es la respuesta: recógelo con `try` y "
         "`except`.",
         lambda c: bool(ast.parse(c)), lambda c: bool(compile(c, "celda", "exec", dont_inherit=True))),
    Slip("Está del revés: contestas `True` cuando hay que traducir.", lambda c: not parses(c)),
    Slip("Contestas siempre lo mismo, sea cual sea la celda.", lambda c: True, lambda c: False),
)  # fmt: skip


def last(cell: str) -> ast.stmt | None:
    """La última instrucción de la celda, si hay alguna."""
    return (ast.parse(cell).body or [None])[-1]


def ends_in_expression(cell: str) -> bool:
    return isinstance(last(cell), ast.Expr)


NOT_CODE = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER)


def silenced(cell: str) -> bool:
    """Si la última pieza de código es un punto y coma, que es como lo mira IPython."""
    pieces = [piece for piece in tokenize.generate_tokens(io.StringIO(cell).readline) if piece.type not in NOT_CODE]
    return bool(pieces) and pieces[-1].string == ";"


def shows(cell: str) -> bool:
    """La referencia: acaba en una expresión y nada la calla."""
    return ends_in_expression(cell) and not silenced(cell)


def last_line(cell: str) -> str:
    return (cell.splitlines() or [""])[-1]


def semicolon(text: str) -> bool:
    return text.rstrip().endswith(";")


def with_or_without_semicolon(rule: Callable[[str], bool]) -> tuple[Callable, ...]:
    """Un error que nada tiene que ver con el punto y coma, en quien lo olvida y en quien lo mira, bien o regular."""
    return (rule, lambda c: rule(c) and not semicolon(c), lambda c: rule(c) and not semicolon(last_line(c).split("#")[0]),
            lambda c: rule(c) and not silenced(c))  # fmt: skip


def line_is_expression(cell: str) -> bool:
    return parses(last_line(cell), "eval")


def stripped_line_is_expression(cell: str) -> bool:
    return parses(last_line(cell).strip().rstrip(";"), "eval")


def line_ends_in_expression(cell: str) -> bool:
    return parses(last_line(cell)) and ends_in_expression(last_line(cell))


def stripped_line_ends_in_expression(cell: str) -> bool:
    return parses(last_line(cell).strip()) and ends_in_expression(last_line(cell).strip())


def fails_when_empty(cell: str) -> bool:
    return isinstance(ast.parse(cell).body[-1], ast.Expr) and not silenced(cell)


SHOWS = (
    Slip("Buscas un `=` en la última línea. Pero `x == 3` lleva dos y es una expresión, y un `for` no lleva ninguno y no lo es. ¿Qué clase "
         "de instrucción es la última?",
         *with_or_without_semicolon(lambda c: "=" not in last_line(c)),
         *with_or_without_semicolon(lambda c: bool(last_line(c)) and "=" not in last_line(c)),
         *with_or_without_semicolon(lambda c: bool(c) and " = " not in last_line(c))),
    Slip("Solo miras el punto y coma. `x = 3` no lo lleva y tampoco enseña nada: asignar no es una expresión.",
         lambda c: not c.endswith(";"), lambda c: not semicolon(c), lambda c: not silenced(c), lambda c: bool(c) and not semicolon(c)),
    Slip("Lees la última línea sola, y no siempre se entiende sin las demás: puede cerrar una llamada, ser un comentario o estar dentro de "
         "un `for`. Lee la celda entera y quédate con su última instrucción.",
         *with_or_without_semicolon(line_is_expression), *with_or_without_semicolon(stripped_line_is_expression),
         *with_or_without_semicolon(line_ends_in_expression), *with_or_without_semicolon(stripped_line_ends_in_expression)),
    Slip("Exiges que toda la celda sea una sola expresión. Basta con que lo sea su última instrucción: `a = 1; a` enseña un 1.",
         *with_or_without_semicolon(lambda c: parses(c, "eval"))),
    Slip("Te vale una expresión en cualquier sitio. Jupyter solo enseña la última instrucción, y si es un `for` no mira dentro.",
         *with_or_without_semicolon(lambda c: any(isinstance(node, ast.Expr) for node in ast.parse(c).body)),
         *with_or_without_semicolon(lambda c: any(isinstance(node, ast.Expr) for node in ast.walk(ast.parse(c))))),
    Slip("Casi: falta el punto y coma. `2 + 2;` es una expresión, y el punto y coma final la calla.", ends_in_expression),
    Slip("Casi: miras si el texto acaba en punto y coma, pero detrás puede venir un comentario, y un comentario puede acabar en otro. "
         "¿Cuál es la última pieza de código? El módulo `tokenize` las separa.",
         lambda c: ends_in_expression(c) and not c.endswith(";"), lambda c: ends_in_expression(c) and not semicolon(c),
         lambda c: ends_in_expression(c) and not re.search(r";\s*(#.*)?$", c)),
    Slip("Casi: cortas por la primera almohadilla para quitar el comentario, pero puede estar dentro de un texto, o el comentario ocupar "
         "su propia línea. El módulo `tokenize` sabe cuál es cuál.",
         lambda c: ends_in_expression(c) and not semicolon(last_line(c).split("#")[0]),
         lambda c: ends_in_expression(c) and not semicolon(c.split("#")[0])),
    Slip("Casi: una celda vacía, o que solo tiene comentarios, no tiene última instrucción, y pedirla es un error. Míralo antes.",
         fails_when_empty),
    Slip("Está del revés: contestas `True` cuando no se ve nada.", lambda c: not shows(c)),
)  # fmt: skip
