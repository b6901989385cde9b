"""Ejercicios del capítulo 16: el código de un cuaderno, el texto como comentario, qué es Python y qué deja de verse.

Ninguno ejecuta el código que recibe: se lee con ``ast`` y ``tokenize``.
"""

from __future__ import annotations

from .answers import Text, TrueOrFalse
from .core import Case, Exercise
from .mistakes_16 import CODE, COMMENT, IS_PYTHON, SHOWS, comment, parses, program, shows

TITLE = "Convertir Jupyter Notebook a fichero Python"
__all__ = ["codigo", "comentario", "es_python", "eco"]


def __dir__() -> list[str]:
    """Lo que enseña el tabulador tras «ejercicios.»: solo los ejercicios."""
    return __all__


def cells(*pairs: tuple[str, str | list[str]], note: str = "") -> Case:
    """Una prueba con un cuaderno hecho de celdas: lo que importa de cada una es su clase y su texto."""
    notebook = {"cells": [{"cell_type": kind, "source": source} for kind, source in pairs]}
    return Case((notebook,), f"solo_codigo({notebook})", note)


SAVED = {
    "cells": [
        {"cell_type": "markdown", "id": "titulo", "metadata": {}, "source": ["# La nutria\n", "Nada y duerme."]},
        {"cell_type": "code", "id": "cuenta", "metadata": {}, "execution_count": 7, "source": ["n = 2"], "outputs": []},
        {"cell_type": "code", "id": "suma", "metadata": {}, "execution_count": 3, "source": ["n += 1\n", "n"],
         "outputs": [{"output_type": "execute_result", "execution_count": 3, "metadata": {}, "data": {"text/plain": ["3"]}}]},
    ],
    "metadata": {"language_info": {"name": "python"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}  # fmt: skip

codigo = Exercise(
    chapter=16,
    name="codigo",
    answer=Text(),
    cell=r'''
def solo_codigo(cuaderno):
    r"""El código de un cuaderno como un solo texto: sus celdas de código, en su orden.

    cuaderno: lo que da json.load, un diccionario con la lista cuaderno["cells"]. De cada celda importan
    celda["cell_type"], que es "code", "markdown" o "raw", y celda["source"], que puede ser un texto,
    "n = 2\nprint(n)", o una lista de líneas, ["n = 2\n", "print(n)"]: las dos formas valen.
    Los textos se unen tal cual, con "\n\n" entre uno y otro y nada detrás del último. Las celdas que no
    tienen nada, o solo espacios y saltos de línea, no cuentan. Sin código, el resultado es "".
    """
    ...                                   # tu respuesta

ejercicios.codigo.check(solo_codigo)
''',
    truth=program,
    cases=(
        cells(("markdown", ["# La rana\n", "Salta."]), ("code", ["n = 2\n", "print(n)"]), ("code", ["print(n + 1)"])),
        cells(("code", "n = 2\nprint(n)"), ("code", "print(n + 1)"), note="Aquí cada `source` es un texto, no una lista de líneas."),
        cells(("raw", "---"), ("code", ["n = 2"]), ("markdown", "Y ahora, el doble."), ("code", "n * 2"),
              note="Aquí hay una celda `raw`: ni código ni Markdown."),
        cells(("code", ["n = 2"]), ("code", []), ("code", ""), ("code", ["n * 2"]), note="Aquí hay dos celdas de código vacías."),
        cells(("code", "\n"), ("code", "n = 2"), ("code", ["  \n", "\n"]), ("code", "n * 2"),
              note="Aquí hay celdas que solo tienen espacios y saltos de línea."),
        cells(("code", ["import math\n", "\n", "\n", "def area(r):\n", "    return math.pi * r**2"]), ("code", "area(2)"),
              note="Las líneas en blanco de dentro de una celda son suyas y se quedan."),
        Case((SAVED,), "solo_codigo(cuaderno)", "Este cuaderno está entero, como lo guarda JupyterLab: con salidas, y con "
             "`execution_count` desordenado porque alguien ejecutó antes la segunda celda. El orden que vale es el del fichero."),
        cells(("markdown", "Solo texto."), note="Un cuaderno sin código da un programa vacío: `\"\"`."),
    ),
    slips=CODE,
    hints=(
        "Tres pasos: escoge las celdas de código, consigue el texto de cada una y únelos. Los tres caben en una expresión.",
        "`\"\".join(...)` une una lista de líneas sin añadir nada. ¿Qué hace si le das un texto en vez de una lista? Pruébalo.",
        "Para unir las celdas, `\"\\n\\n\".join(...)`: el primer salto acaba la línea y el segundo deja una en blanco. Antes, descarta los "
        "textos `t` en los que `t.strip()` no deja nada.",
    ),
    code=r'''
def solo_codigo(cuaderno):
    textos = ["".join(celda["source"]) for celda in cuaderno["cells"] if celda["cell_type"] == "code"]
    return "\n\n".join(texto for texto in textos if texto.strip())
''',
    explanation="Lo que no estaba en el enunciado: `\"\".join` vale para las dos formas, porque unir las letras de un texto sin nada en "
                "medio da el mismo texto. La lista de líneas existe por Git: al cambiar una línea del código cambia una línea del fichero. "
                "Si abres el cuaderno con `nbformat.read`, ya las une él y siempre te da textos.",
    praise="Acabas de escribir el corazón de un conversor. Pruébalo con un capítulo de este curso: ábrelo con `open(ruta, "
           "encoding=\"utf-8\")`, pásale el fichero a `json.load` y el resultado a `solo_codigo`. Es un programa que se ejecuta, pero "
           "ha perdido el texto: eso es el ejercicio siguiente.",
)  # fmt: skip


def commented(text: str, note: str = "") -> Case:
    return Case((text,), f"como_comentario({text!r})", note)


comentario = Exercise(
    chapter=16,
    name="comentario",
    answer=Text(),
    cell=r'''
def como_comentario(texto):
    r"""Un texto en Markdown, hecho comentario: "# " delante de cada línea, y "#" si está vacía.

    En el resultado, las líneas se separan con "\n". En el texto no siempre: una línea puede acabar en
    "\n", en "\r", en "\r\n" o en otro fin de línea de Unicode, como "\x0c" o "\u2028" (Python no hace
    caso de estos, pero algún editor sí). Un fin de línea al final no abre otra: "a\n" da "# a".
    """
    ...                                   # tu respuesta

ejercicios.comentario.check(como_comentario)
''',
    truth=lambda text: comment(text.splitlines()),
    cases=(
        commented("La nutria nada."),
        commented("# Las ranas\n\nSaltan mucho.", note="El título de Markdown también lleva tu «# » delante, y la línea vacía solo «#»."),
        commented("- la rana\n  - la liebre\n  - el búho", note="Los espacios del principio de una línea se quedan."),
        commented("Salta la rana\rprint('y se cuela')", note="Tras «\\r» Python acaba el comentario: sin tu «# », lo demás se ejecuta."),
        commented("uno\r\n\r\ndos", note="«\\r\\n», el fin de línea de Windows, es uno solo, no dos."),
        commented("uno\x0cdos", note="«\\x0c» es un salto de página, y detrás empieza otra línea."),
        commented("uno\u2028dos", note="«\\u2028» es el separador de líneas de Unicode."),
    ),
    slips=COMMENT,
    hints=(
        "Dos pasos: parte el texto en líneas y pon a cada una su marca. Lo difícil es partir: ¿qué métodos de los textos conoces para eso?",
        "`split(\"\\n\")` solo conoce un fin de línea. `texto.splitlines()` los conoce todos, y además los quita.",
        "Une con `\"\\n\".join(...)`. Para cada línea: `\"# \" + linea` si tiene algo y `\"#\"` si está vacía.",
    ),
    code=r'''
def como_comentario(texto):
    return "\n".join("# " + linea if linea else "#" for linea in texto.splitlines())
''',
    explanation="Lo que no estaba en el enunciado: Python acaba un comentario en \"\\n\", en \"\\r\" o en \"\\r\\n\", y tras los demás "
                "fines de línea no ejecuta nada. Otros lenguajes sí: en JavaScript, lo que sigue a \"\\u2028\" se ejecuta. Partir por "
                "todos no cuesta nada y no obliga a recordar cuál es peligroso dónde.",
    praise="Has evitado un fallo real: nbconvert 7.17 parte el Markdown solo por \"\\n\", y lo que siga a un \"\\r\" escondido se "
           "ejecuta al lanzar el programa. La idea vale siempre que metas un texto de otro en un programa: quien decide dónde acaba una "
           "línea es quien la lee.",
)  # fmt: skip


def python(cell: str, note: str = "") -> Case:
    return Case((cell,), f"es_python({cell!r})", note)


es_python = Exercise(
    chapter=16,
    name="es_python",
    answer=TrueOrFalse(),
    cell='''
def es_python(celda):
    """True si la celda es Python tal como está; False en cualquier otro caso.

    celda: el texto de una celda de código. Jupyter admite cosas que no son Python: magias (%time,
    %%bash), órdenes del sistema (!ls, ficheros = !ls), ayuda (print?)...
    No la ejecutes: una celda que fallaría al ejecutarse también es Python. Y una vacía, también.
    """
    ...                                   # tu respuesta

ejercicios.es_python.check(es_python)
''',
    truth=parses,
    cases=(
        python("%matplotlib inline", note="Es una magia."),
        python("import math\nmath.pi"),
        python('print("%d" % 3)', note="El % es Python: da formato a un texto."),
        python("!ls", note="Es una orden del sistema."),
        python("x = !ls", note="La orden está detrás del =."),
        python("print?", note="Es una petición de ayuda."),
        python("pip install torch", note="Jupyter lo entiende sin % delante; Python, no."),
        python("n = 3\nif n != 4:\n    %time f()", note="La magia está dentro de un if."),
        python('texto = """\n%time\n!ls\n"""', note="Esas líneas están dentro de un texto: no son órdenes."),
        python("total = (7\n% 4)", note="Es una cuenta en dos líneas: el resto de dividir 7 entre 4."),
        python("a = 7\nresto = a \\\n% 4", note="La barra invertida continúa la línea: es el resto de dividir a entre 4."),
        python("for i in range(3):\n    print(i)", note="Es una sola instrucción en dos líneas."),
        python("nutrias = 1 / 0", note="Fallará al ejecutarse, y aun así es Python: no hace falta traducirla."),
        python("", note="Una celda vacía es Python."),
    ),
    slips=IS_PYTHON,
    hints=(
        "Buscar signos no basta: `%` también es el resto de una división, y un texto puede llevar lo que quiera. ¿Quién sabe qué es "
        "Python?",
        "Python mismo: `ast.parse(celda)` lee la celda sin ejecutarla, y si no la entiende lanza `SyntaxError`.",
        "Pon `ast.parse(celda)` dentro de `try`, contesta `False` en `except SyntaxError` y `True` si no hubo error.",
    ),
    code='''
import ast

def es_python(celda):
    try:
        ast.parse(celda)                  # la lee, no la ejecuta
    except SyntaxError:
        return False
    return True
''',
    explanation="Lo que no estaba en el enunciado: leer no es entender del todo. `ast.parse` acepta `await f()` fuera de una función, que "
                "en Jupyter funciona y en un programa no (`compile(celda, \"celda\", \"exec\")` sí lo rechaza). Y acepta `ls` a solas: "
                "para Python es el nombre de una variable; para Jupyter, si no la hay, una orden.",
    praise="Y ahora sabes por qué traducir no es quitar signos: Jupyter convierte `!ls` en `get_ipython().system('ls')`, que ya es Python, "
           "y nbconvert lo escribe igual. Pero `get_ipython` solo existe dentro de Jupyter, y en el programa daría `NameError`.",
)  # fmt: skip


def echoed(cell: str, note: str = "") -> Case:
    return Case((cell,), f"muestra_algo({cell!r})", note)


eco = Exercise(
    chapter=16,
    name="eco",
    answer=TrueOrFalse(),
    cell='''
def muestra_algo(celda):
    """True si Jupyter enseñaría el valor con que acaba la celda: su «Out», que un programa no escribe.

    Lo enseña si la última instrucción de la celda es una expresión, salvo que la calle un punto y
    coma final. Los comentarios no cuentan: ni como instrucción, ni detrás del punto y coma.
    celda: Python corriente, sin magias. No la ejecutes: da por hecho que el valor no es None.
    Por ejemplo: "x" sí; "x;" no; "x  # ;" sí; "'a;'" sí; "if a: x" no; "" no.
    """
    ...                                   # tu respuesta

ejercicios.eco.check(muestra_algo)
''',
    truth=shows,
    cases=(
        echoed("2 + 2"),
        echoed("x = 3", note="Asignar no es una expresión."),
        echoed("2 + 2;", note="El punto y coma final calla el valor."),
        echoed("x"),
        echoed("x = 3\nx == 3", note="Comparar sí es una expresión: vale `True`."),
        echoed("x\ny = 3", note="Solo cuenta la última instrucción."),
        echoed("f(1,\n  2)", note="La última instrucción ocupa dos líneas."),
        echoed("for i in range(3):\n    i", note="La última instrucción es el `for` entero; lo de dentro no se enseña."),
        echoed("a = 1; a", note="Este punto y coma separa dos instrucciones, y la última es `a`."),
        echoed("2 + 2  # suma", note="El comentario no cuenta."),
        echoed("x\n# fin", note="La última línea es un comentario, no una instrucción."),
        echoed("x;  # nada", note="Tras el punto y coma solo hay un comentario: la calla igual."),
        echoed("x;\n# nada", note="El punto y coma sigue siendo lo último que no es comentario."),
        echoed("x  # fin;", note="Este punto y coma es parte del comentario."),
        echoed('"a;"', note="Este punto y coma es parte del texto."),
        echoed('"#";', note="Esta almohadilla es parte del texto, y el punto y coma no."),
        echoed("# nada", note="No hay ninguna instrucción."),
        echoed("", note="La celda está vacía."),
    ),
    slips=SHOWS,
    hints=(
        "`ast.parse(celda).body` es la lista de instrucciones de la celda, sin comentarios. Mira la última, si la hay.",
        "Si es una expresión, es un `ast.Expr`: `isinstance(instruccion, ast.Expr)`. Ahí no se ve el punto y coma, que no forma parte "
        "de ella.",
        "`tokenize.generate_tokens(io.StringIO(celda).readline)` da las piezas del código, cada una con `type` y `string`. Quita las de "
        "tipo `COMMENT`, `NL`, `NEWLINE` y `ENDMARKER` y mira si la última es `\";\"`.",
    ),
    code='''
import ast, io, tokenize

def muestra_algo(celda):
    instrucciones = ast.parse(celda).body
    if not instrucciones or not isinstance(instrucciones[-1], ast.Expr):
        return False
    no_cuentan = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER)
    piezas = tokenize.generate_tokens(io.StringIO(celda).readline)
    return [p.string for p in piezas if p.type not in no_cuentan][-1] != ";"
''',
    explanation="Lo que no estaba en el enunciado: es lo mismo que hace IPython, que también mira la última pieza. El punto y coma solo lo "
                "calla a él: en la terminal de Python, `2 + 2;` enseña un 4. Y la regla de la última expresión se puede cambiar: con "
                "`get_ipython().ast_node_interactivity = \"all\"` las enseña todas.",
    praise="Ya puedes convertir un cuaderno sin que pierda lo que enseña: donde tu función dice `True`, envuelve esa última expresión en "
           "`print(repr(...))`. ¿Por qué `repr`? Porque es lo que enseña Jupyter: un texto, con sus comillas.",
)  # fmt: skip
