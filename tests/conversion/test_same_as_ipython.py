"""Los mismos cuadernos, en IPython y hechos programa, escriben lo mismo; lo que se espera está escrito para que no calle ninguno."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .running import printed

FOLDER = "CARPETA"  # la de trabajo, que es otra en cada prueba
LINES = "x = !printf 'uno 1\\ndos 2\\n'"
SAME = {
    # El último valor
    "a tuple without parentheses": (["1, 2"], "(1, 2)\n"),
    "a tuple on several lines": (["(1,\n 'ñ',  # dos\n)"], "(1, 'ñ')\n"),
    "a value and a comment": (["x = 3", "x  # tres\n# y ya"], "3\n"),
    "two values on a line": (["1; 2"], "2\n"),
    "a string of several lines": (["'''a\nb'''"], "'a\\nb'\n"),
    "after letters of several bytes": (["x = 'ñ'; x, 'é'"], "('ñ', 'é')\n"),
    "semicolon": (["x = 3\nx;", "x;  # nada", "(x\n); # nada"], ""),
    "None": (["None", "print(1)"], "1\n"),
    "the last of an if": (["if True:\n    3"], ""),
    "starred": (["*[1, 2], 3"], "(1, 2, 3)\n"),
    "print and something else": (["print(1), 2"], "1\n(None, 2)\n"),
    "a print of the notebook": (["def print(*x): return x", "print(3)"], "(3,)\n"),
    "the previous value": (["1 + 1", "_ * 10", "None", "_"], "2\n20\n20\n"),
    "a name of the notebook called _": (["_ = 'mío'", "7", "_"], "7\n'mío'\n"),
    "after a magic that does nothing": (["%load_ext autoreload\n%autoreload 2\n3"], "3\n"),
    "of a magic": (["%pwd"], f"'{FOLDER}'\n"),
    "of a magic, without %": (["pwd"], f"'{FOLDER}'\n"),
    "of a silenced block": (["%%capture\n3"], ""),
    # Órdenes mágicas
    "captured": (["%%capture c\nimport sys\nprint('a')\nprint('b', file=sys.stderr)", "c.stdout, c.stderr"], "('a\\n', 'b\\n')\n"),
    "captured by halves": (["%%capture c --no-stdout\nprint('a')", "c.stdout"], "a\n''\n"),
    "captured and shown": (["%%capture c\nprint('a')", "c.show()", "c()"], "a\na\n"),
    "captured shell lines": (["%%capture c\n!echo a", "c.stdout.strip()"], "'a'\n"),
    "cd": (["!mkdir -p a/b", "%cd a\n%cd b\n%cd -\n%cd ..", "cd a", "%cd -q b", "%pwd"],
           f"{FOLDER}/a\n{FOLDER}/a/b\n{FOLDER}/a\n{FOLDER}\n{FOLDER}/a\n'{FOLDER}/a/b'\n"),
    "cd with spaces and variables": (["!mkdir 'a b'\nx = 'a b'", "%cd 'a b'\n%cd ..\n%cd {x}\n%cd ..\n%cd $x"],
                                     f"{FOLDER}/a b\n{FOLDER}\n{FOLDER}/a b\n{FOLDER}\n{FOLDER}/a b\n"),
    "cd to nowhere": (["%cd nada"], f"[Errno 2] No such file or directory: 'nada'\n{FOLDER}\n"),
    "env": (["%env CLAVE=a b", "%env CLAVE", "!echo [$CLAVE]"], "env: CLAVE=a b\n'a b'\n[a b]\n"),
    "env with variables": (["x = 5\n%env A={x + 1}\n%env B=$x\n%set_env C $x\n%env D = 7"], "env: A=6\nenv: B=5\nenv: C=5\nenv: D=7\n"),
    "env, all": (["x = %env", "x['PATH'] == __import__('os').environ['PATH']"], "True\n"),
    "writefile": (["%%writefile a.txt\n\n{x} $x \\n ñ\n", "%%writefile -a a.txt\n'''fin'''", "open('a.txt', encoding='utf-8').read()"],
                  "Writing a.txt\nAppending to a.txt\n\"\\n{x} $x \\\\n ñ\\n'''fin'''\\n\"\n"),
    "writefile to an expression": (["n = 'b'", "%%writefile {n}.txt\nhola", "%%file $n\nadiós", "%cat b.txt b"],
                                   "Writing b.txt\nWriting b\nhola\nadiós\n"),
    "writefile, again and with spaces": (["%%writefile 'a b'\n1", "%%writefile 'a b'\n2", "!cat 'a b'"],
                                         "Writing a b\nOverwriting a b\n2\n"),
    "run": (["%%writefile a.py\nimport sys\nx = 3\nprint(sys.argv[1:], __name__)", "%run a.py 1 'a b'", "x", "%run a"],
            "Writing a.py\n['1', 'a b'] __main__\n3\n[] __main__\n"),
    "run with the names of the notebook": (["y = 5", "%%writefile a.py\nprint(y)", "%run -i a.py"], "Writing a.py\n5\n"),
    "run something that ends": (["%%writefile a.py\nimport sys\nsys.exit(0)", "%run a.py\nprint(2)"], "Writing a.py\n2\n"),
    "bash": (["%%bash\nx=1\nfor i in a b; do echo $i$x {x}; done"], "a1 {x}\nb1 {x}\n"),
    "bash with arguments": (["x = 3", "%%bash -s $x {x + 1}\necho $1 $2"], "3 4\n"),
    "bash to a variable": (["%%bash --out x\necho a", "x"], "'a\\n'\n"),
    "the previous value, after bash to a variable": (["%%bash --out x\necho a", "1 + 1", "_ + 1"], "2\n3\n"),
    "sh, script and python": (["%%sh\necho a", "%%script sh\necho b", "%%python3\nprint('c')", "%%script python3 -\nprint('d')"],
                              "a\nb\nc\nd\n"),
    "system": (["%system echo a", "%%sx\necho a\necho b", "x = %sx echo c", "x"], "['a']\n['a', 'b']\n['c']\n"),
    "timeit leaves no names": (["x = 1\n%timeit -n1 -r1 -q x = 2", "x"], "1\n"),
    "timeit with its result": (["t = %timeit -n 3 -r 2 -q -o 1", "t.loops, len(t.all_runs), t.best <= t.worst, t.average > 0"],
                               "(3, 2, True, True)\n"),
    "timeit of names in a function": (["def f():\n    y = []\n    %timeit -n2 -r1 -q y.append(1)\n    return len(y)", "f() > 1"], "True\n"),
    "silent": (["%reload_ext autoreload\n%autoreload 2", "%config Completer.use_jedi = False"], ""),
    # Órdenes del sistema
    "shell": (["!echo a | tr a b && echo 'it'\\''s' \"q\"\n! echo c; echo d # nada"], "b\nit's q\nc\nd\n"),
    "time in all its forms": (["%time import os", "%time x, y = 1, 2", "x, y", "%time def f(): return 1", "f()", "%%time\nclass A: pass",
                               "A.__name__"],
                              "CPU times\nWall time\n" * 2 + "(1, 2)\nCPU times\nWall time\n1\nCPU times\nWall time\n'A'\n"),
    "braces and dollars in magics": (["x = 3\n%time print('{x}', '$x')", "%%time\nprint('{x}', '$x', f'{x}')"],
                                     "{x} $x\nCPU times\nWall time\n{x} $x 3\nCPU times\nWall time\n"),
    "shell on several lines": (["!echo a \\\n  b\nprint(1)"], "a b\n1\n"),
    "shell in blocks": (["for i in range(2):\n    if i:\n        !echo $i\n    else: # nada\n        !echo cero"], "cero\n1\n"),
    "shell in a function": (["def f(a, *, b):\n    c = a + b\n    x = !echo {a} $b {c}\n    return x", "f(1, b=2)"], "['1 2 3']\n"),
    "shell in a method": (["class A:\n    v = 'a'\n    def f(self):\n        !echo $self.v {self.v * 2}", "A().f()"], "a aa\n"),
    "shell lines": ([LINES, "x", "x.n, x.s", "x.grep('UNO')", "x.grep('uno', prune=True)", "x.fields(1)", "x.fields(1, 0)",
                     "x.grep(lambda line: '2' in line)", "x[0], len(x), x + ['a']"],
                    "['uno 1', 'dos 2']\n('uno 1\\ndos 2', 'uno 1 dos 2')\n['uno 1']\n['dos 2']\n['1', '2']\n['1 uno', '2 dos']\n"
                    "['dos 2']\n('uno 1', 2, ['uno 1', 'dos 2', 'a'])\n"),
    "fields of every line": ([LINES, "x.fields()", "x.list"], "[['uno', '1'], ['dos', '2']]\n['uno 1', 'dos 2']\n"),
    "shell lines to two names": (["a, b = !printf '1\\n2\\n'", "b, a", "[c] = !echo 3", "c"], "('2', '1')\n'3'\n"),
    "shell lines to anything": (["d = {}\nd['k'] = !echo a", "d", "class A: pass\nA.b = !echo b", "A.b", "!!echo c"],
                                "{'k': ['a']}\n['b']\n['c']\n"),
    "shell lines without output": (["x = !true", "x", "y = !printf 'a\\n\\nb'", "y"], "[]\n['a', '', 'b']\n"),
    # Lo que se interpola
    "names and expressions": (["x = 5\n!echo $x {x} {x + 1} {x!r} {{x}} $$x"], "5 5 6 5 {x}\n"),
    "attributes": (["import os\n!echo $os.sep {os.sep} ${os.sep}"], "/ / $/\n"),
    "variables of the system": (["x = 5\n!A=1; echo $A ${A}"], "1 1\n"),
    "a name that nobody binds": (["x = 5\n!A=1; echo $A $x {x}"], "1 {x}\n"),
    "awk": (["x = 1\n!echo a b | awk '{print $2}'"], "b\n"),
    "quotes inside": (["d = {'a': 1}\n!echo {d['a']} {d[\"a\"]} '{d['a']}'"], "1 1 1\n"),
    "backslashes inside": (["!printf '%s\\n' \"{'x\\ty'}\"", "!echo {' '.join(['a', 'b'])} \"\\\"\""], "x\ty\na b \"\n"),
    "braces inside": (["!echo {f'{1 + 1}'}", "x = 3\n!echo {'x' if x else ''}"], "{f{1 + 1}}\nx\n"),
    "slices": (["x = [1, 2, 3]\n!echo {x[1:]} {x[-1]}"], "[2, 3] 3\n"),
    "open braces": (["x = 3\n!echo {x", "!echo x}", "!echo {}"], "{x\nx}\n{}\n"),
    "inside single quotes": (["x = 'a b'\n!echo '$x'", "!echo '{x}' \"$x\""], "$x\na b a b\n"),
    "letters of several bytes": (["x = '🎉'\n!echo ñandú {x} $x"], "ñandú 🎉 🎉\n"),
    # Escrito de otra manera
    "prompts": ([">>> x = 1\n>>> for i in range(2):\n...     print(x + i)\n", "In [1]: for i in 'ab':\n   ...:     print(i)"],
                "1\n2\na\nb\n"),
    "indented whole": (["    x = 1\n    print(x)", "    !echo a\n    x"], "1\na\n1\n"),
    "strings that look like magics": (["s = '''\n%cd /\n!ls\n?x\n'''\n!echo a\ns"], "a\n'\\n%cd /\\n!ls\\n?x\\n'\n"),
    # Espera
    "await": (["import asyncio", "await asyncio.sleep(0, 'hecho')"], "'hecho'\n"),
    "async for, with and comprehensions": (
        ["async def g():\n    yield 1\n    yield 2",
         "import contextlib\n@contextlib.asynccontextmanager\nasync def c():\n    yield 'dentro'",
         "async for i in g():\n    print(i)", "i", "async with c() as x: print(x)", "[j async for j in g()], {j: j async for j in g()}"],
        "1\n2\n2\ndentro\n([1, 2], {1: 1, 2: 2})\n"),
    # display
    "display": (["display(3, 'a', [1])", "from IPython.display import display as d\nd({'text/plain': 'b'}, raw=True)"], "3\n'a'\n[1]\nb\n"),
    "things to look at": (["from IPython.display import HTML, Markdown, display\ndisplay(HTML('<b>'))\nMarkdown('# a')"],
                          "<IPython.core.display.HTML object>\n<IPython.core.display.Markdown object>\n"),
    # Lo que sorprende
    "a name bound only in a function": (["def f(i): return i", "!for i in a b; do echo $i; done"], "a\nb\n"),
    "a name bound only in a comprehension": (["x = [i for i in range(3)]\n!echo {i}"], "{i}\n"),
    "a format": (["x = 1.5\n!echo {x:.2f}"], "{x:.2f}\n"),
    "a lambda": (["!echo {(lambda: 3)()}"], "3\n"),
    "errors of shell lines": (["x = !echo a >&2", "x"], "['a']\n"),
    "short names of shell lines": ([LINES, "x.l"], "['uno 1', 'dos 2']\n"),
    "captured, as text": (["%%capture c\nprint('a')", "print(c)"], "a\n\n"),
    "bash with an argument in quotes": (["%%bash -s 'a b' c\necho $2"], "c\n"),
    "bash with its errors to a variable": (["%%bash --out a --err b\necho 1; echo 2 >&2", "a, b"], "('1\\n', '2\\n')\n"),
    "bash to a variable, with =": (["%%bash --out=x\necho a", "x"], "'a\\n'\n"),
    "how an order ended": (["!exit 3", "_exit_code"], "3\n"),
    "bash that may fail": (["%%bash --no-raise-error\nexit 3", "print(1)"], "1\n"),
    "a silent magic at the end": (["3\n%reload_ext autoreload"], ""),
    "display that can be updated": (["h = display(3, display_id=True)\nh.update(4)", "isinstance(h.display_id, str)"], "3\n4\nTrue\n"),
}  # fmt: skip


def tidy(text: str) -> str:
    """Sin lo que tardó."""
    return re.sub(r"(CPU times|Wall time): .*", r"\1", text)


@pytest.fixture(scope="module")
def in_ipython(tmp_path_factory) -> dict[str, str]:
    """Lo que escribe IPython con cada cuaderno, todos en el mismo proceso."""
    names, notebooks = zip(*((name, cells) for name, (cells, _) in SAME.items()))
    environment = os.environ | {"SHELL": "/bin/sh", "IPYTHONDIR": str(tmp_path_factory.mktemp("ipython"))}
    done = subprocess.run([sys.executable, Path(__file__).with_name("in_ipython.py")], input=json.dumps(notebooks), env=environment,
                          capture_output=True, encoding="utf-8", check=True, timeout=120)  # fmt: skip
    return dict(zip(names, json.loads(done.stdout)))


@pytest.mark.parametrize("name", SAME)
def test_ipython(name, in_ipython):
    assert tidy(in_ipython[name]) == SAME[name][1]


@pytest.mark.parametrize("name", SAME)
def test_the_program(name, tmp_path, monkeypatch):
    monkeypatch.setenv("SHELL", "/bin/sh")
    cells, expected = SAME[name]
    assert tidy(printed(tmp_path, *cells, errors=None)).replace(str(tmp_path.resolve()), FOLDER) == expected
