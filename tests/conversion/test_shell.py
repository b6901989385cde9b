"""Las órdenes del sistema: cómo se traducen, qué se interpola en ellas y cuáles instalan algo y no se ejecutan sin permiso."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys

import pytest

from course_utils import conversion
from course_utils.conversion.shell import installs
from course_utils.conversion.support import shell

from .running import body, converted, printed, run

FORMS = {
    "!ls": '_shell("ls")',
    "! ls -l": '_shell(" ls -l")',
    "!ls # nada": '_shell("ls # nada")',
    "!!ls": '_shell_lines("ls")',
    "x = !ls": 'x = _shell_lines("ls")',
    "x=!ls": 'x=_shell_lines("ls")',
    "a, b = !ls": 'a, b = _shell_lines("ls")',
    "a.b['c'] = !ls": "a.b['c'] = _shell_lines(\"ls\")",
    "x: list = !ls": 'x: list = _shell_lines("ls")',
    "if x:\n    y = !ls\nelse:\n    !ls": 'if x:\n    y = _shell_lines("ls")\nelse:\n    _shell("ls")',
    "def f():\n\treturn 1\n\n\n!ls\n": 'def f():\n\treturn 1\n\n\n_shell("ls")\n',
    "while x:\n    # nada\n    !ls\n    break": 'while x:\n    # nada\n    _shell("ls")\n    break',
    "async def f():\n    !ls\n    await g()": 'async def f():\n    _shell("ls")\n    await g()',
    "!ls; x = 3": '_shell("ls; x = 3")',
    "!echo '!ls' \"%cd\" ?": "_shell('echo \\'!ls\\' \"%cd\" ?')",
    "x = 1; get_ipython().system('ls'); y = 2\n!pwd": 'x = 1; _shell("ls"); y = 2\n_shell("pwd")',
    "!ñ 🎉": '_shell("ñ 🎉")',
    "!": "# !",
    "if x:\n    !": "if x:\n    pass  # !",
}  # fmt: skip
INSIDE = {
    # lo que liga el cuaderno
    "x = 1\n!a {x} $x": 'f"a {x} {x}"',
    "x = 1\n!a {x + 1} {x!r}": 'f"a {x + 1} {x!r}"',
    "import sys\n!{sys.executable} -V": 'f"{sys.executable} -V"',
    "import os\n!a $os.sep {os.sep}": 'f"a {os.sep} {os.sep}"',
    "x = [1]\n!a {x[0]} {len(x)}": 'f"a {x[0]} {len(x)}"',
    "for i in y:\n    !a {i}": 'f"a {i}"',
    "with y as x:\n    !a {x}": 'f"a {x}"',
    "def f(x, *y, z=1, **k):\n    !a {x} {y} {z} {k}": 'f"a {x} {y} {z} {k}"',
    "(x := 1)\n!a {x}": 'f"a {x}"',
    "[x := i for i in y]\n!a {x}": 'f"a {x}"',
    "if x := y():\n    !a {x}": 'f"a {x}"',
    "import x.y\n!a {x}": 'f"a {x}"',
    "try:\n    y\nexcept E as x:\n    !a {x}": 'f"a {x}"',
    "def f():\n    global x\n    x = 1\n\n\n!a {x}": 'f"a {x}"',
    "class A:\n    x = 1\n    !a {x}": 'f"a {x}"',
    "from y import z as x\n!a {x}": 'f"a {x}"',
    "def x(): pass\n!a {x}": 'f"a {x}"',
    "!a {max(1, 2)}": 'f"a {max(1, 2)}"',
    "!a {[i for i in range(3)]}": 'f"a {[i for i in range(3)]}"',
    "x = !ls\n!a {x}": 'f"a {x}"',
    # lo que no
    "!a {x}": '"a {x}"',
    "x = 1\n!a {x} {y}": '"a {x} {y}"',
    "x = 1\n!a $x {y}": '"a $x {y}"',
    "!a $HOME ${HOME} $$": '"a $HOME ${HOME} $$"',
    "x = 1\n!a ${x}": 'f"a ${x}"',
    "!awk '{print $1}' a": "\"awk '{print $1}' a\"",
    "!for i in 1 2; do echo $i; done": '"for i in 1 2; do echo $i; done"',
    "!a {1..3} {} {a,b}": '"a {1..3} {} {a,b}"',
    "x = 1\n!a {x": '"a {x"',
    "!a x}": '"a x}"',
    # comillas, barras y llaves
    "x = {}\n!a {x['b']} \"{x[\"b\"]}\"": "'a {} \"{}\"'.format(x['b'], x[\"b\"])",
    "x = 1\n!a \"{x}\" '$x'": """f"a \\"{x}\\" '$x'\"""",
    "x = 1\n!a {{x}} {x}": 'f"a {{x}} {x}"',
    "x = 1\n!a {'\\n'.join(x)}": "\"a {}\".format('\\n'.join(x))",
    "x = 1\n!a \\n {x}\\\\": 'f"a \\\\n {x}\\\\\\\\"',
    "x = 1\n!a \\\n  {x}": 'f"a    {x}"',
}  # fmt: skip
INSTALLS = """pip install x · pip3 install x · pip install -q -U x · pip -q install x · pip install 'x[y]>=1' git+https://z ·
python -m pip install x · python3.11 -m pip install x · {sys.executable} -m pip install x · "{sys.executable}" -m pip install x ·
$sys.executable -m pip install x · /usr/bin/python3 -m pip install x · /usr/local/bin/pip install x · pip uninstall -y x ·
pip download x · pip wheel x · sudo pip install x · sudo -H pip install x · yes | pip install x · cd x && pip install -e . ·
pip install x > /dev/null 2>&1 · A=1 pip install x · test -d x || pip install x · echo a; pip install x · time pip install x ·
nohup pip install x · env A=1 pip install x · pip\tinstall x · conda install -y x · conda install --yes --prefix {sys.prefix} x ·
conda env create -f x · conda create -n x · mamba install x · micromamba install x · apt install x · apt-get install -y x ·
apt-get -qq update · sudo apt-get -y -qq install x · apt --fix-broken install · apt-get purge x · yum install x ·
git clone https://x · git clone --depth 1 https://x · test -d x || git clone https://x · uv pip install x · uv add x ·
npm install x · npm i x · npm ci · brew install x · easy_install x · dpkg -i x.deb · wget https://x.deb && dpkg -i x.deb ·
add-apt-repository ppa:x · R CMD INSTALL x · poetry add x · jupyter nbextension enable x · jupyter labextension install x ·
cargo install x · gem install x · apt-key add x ·
git -C x clone y · bash -c "pip install x" · (pip install x) · if true; then pip install x; fi · python setup.py install ·
pipx install x · conda run -n x pip install y · Rscript -e "install.packages('x')" · python -m spacy download es ·
apt-get autoremove · snap install x · uvx x · npx x · yarn add x"""
OTHERS = """pip list · pip freeze · pip show x · pip --version · pip check · pip help install · echo pip install x · echo 'pip install x' ·
which pip · git status · git pull · git log --grep clone · git config user.name clone · conda list · conda info · apt list ·
apt-cache search x · grep install x · cat install.sh · python install.py · python -m pytest · python -m http.server ·
python -c "import pip" · npm run build · npm test · uv run x · man apt · mkdir clone · cd install · ls -l apt-get ·
wget https://x · ./pip.sh install · npx --version · jupyter --version · jupyter nbconvert x · docker run x · R --version"""


def each(text: str) -> list[str]:
    return [command.strip(" \n") for command in text.split("·")]


@pytest.mark.parametrize(("cell", "expected"), FORMS.items())
def test_forms(cell, expected):
    assert conversion.translate(cell) == expected


@pytest.mark.parametrize(("cell", "expected"), INSIDE.items())
def test_interpolated(cell, expected):
    translated = conversion.translate(cell)
    assert translated.endswith(f"_shell({expected})"), translated


def test_names_bound_in_other_cells_count(tmp_path):
    assert body(converted("!a {x}", "x = 1")[0]).startswith('_shell(f"a {x}")')
    assert body(converted("!a {x}", "from y import *")[0]).startswith('_shell("a {x}")')


@pytest.mark.parametrize("command", each(INSTALLS))
def test_an_installation(command):
    assert installs(command)


@pytest.mark.parametrize("command", each(OTHERS))
def test_not_an_installation(command):
    assert not installs(command)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("!pip install x", '_install("pip install x")'), ("%pip install x", '_install("pip install x")'),
     ("pip install x", '_install("pip install x")'),
     ("%conda install x", '_install("conda install x")'), ("x = !pip install x", 'x = _install("pip install x", _shell_lines)'),
     ("!!pip install x", '_install("pip install x", _shell_lines)'), ("%sx pip install x", '_install("pip install x", _shell_lines)'),
     ("if a:\n    !git clone b", 'if a:\n    _install("git clone b")'), ("%mamba install x", '_install("mamba install x")'),
     ("%%capture\n%pip install x", 'with _captured():\n    _install("pip install x")'), ("%pip list", '_shell("pip list")'),
     ("%%bash\npip install x", '_install("""pip install x\n""", lambda text: _script("bash", text))'),
     ("%uv pip install x", '_install("uv pip install x")')],
)  # fmt: skip
def test_installations_in_all_their_spellings(cell, expected):
    assert conversion.translate(cell) == expected
    assert "_install" not in body(converted(cell, install=True)[0])


def fake(folder):
    """Un «pip» y un «git» que solo dicen que los han llamado."""
    (folder / "bin").mkdir()
    for name in ("pip", "git"):
        program = folder / "bin" / name
        program.write_text(f"#!/bin/sh\necho {name} $*\n")
        program.chmod(0o755)
    return {"PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}


CELLS = ["!git clone x", "a = !git clone y", "print(a)", "%%bash\ngit clone z\necho fin", "!git status"]
TOLD = "".join(f"Sin instalar nada (INSTALAR=1 lo permite): git clone {name}\n" for name in "xyz")


def test_installations_are_skipped_and_said(tmp_path):
    done = run(converted(*CELLS)[0], tmp_path, environment=fake(tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\ngit status\n", TOLD)


@pytest.mark.parametrize(("options", "environment"), [({}, {"INSTALAR": "1"}), ({"install": True}, {})])
def test_installations_are_run_if_asked(options, environment, tmp_path):
    done = run(converted(*CELLS, **options)[0], tmp_path, environment=fake(tmp_path) | environment)
    assert (done.stdout, done.stderr) == ("git clone x\n['git clone y']\ngit clone z\nfin\ngit status\n", "")


def test_pip_is_that_of_this_python(tmp_path):
    """Como %pip: en otro Python, lo instalado no serviría de nada."""
    (tmp_path / "pip.py").write_text("import sys; print('pip de este Python', *sys.argv[1:])")
    text, _ = converted("!pip install a", "x = !pip install b", "print(x)")
    done = run(text, tmp_path, environment={"INSTALAR": "1", "PYTHONPATH": str(tmp_path)})
    assert (done.stdout, done.stderr) == ("pip de este Python install a\n['pip de este Python install b']\n", "")


def test_this_python_may_have_spaces_in_its_path(monkeypatch):
    monkeypatch.setenv("INSTALAR", "1")
    monkeypatch.setattr(sys, "executable", "/un sitio/python")
    told = []
    shell._install("pip install a", told.append)
    assert shlex.split(told[0]) == ["/un sitio/python", "-m", "pip", "install", "a"]


def test_installations_by_the_shell_of_ipython(tmp_path):
    done = run(converted("get_ipython().system('git clone x')")[0], tmp_path, environment=fake(tmp_path))
    assert done.stdout == "" and "git clone x" in done.stderr


def test_what_a_command_says_comes_out_as_it_says_it(tmp_path):
    """Lo suyo por su orden, entre lo que escribe Python, con la salida de errores mezclada como en una terminal."""
    cells = ["print('a')\n!echo b; echo c >&2; printf 'd\\r\\n'\nprint('e')", "import sys\nsys.stdout.write('sin fin')\n!echo f"]
    assert printed(tmp_path, *cells, echo=False) == "a\nb\nc\nd\ne\nsin finf\n"


def test_bytes_that_are_no_letters(tmp_path):
    assert printed(tmp_path, "!printf '\\377a\\n'", "x = !printf '\\377a\\n'", "print(ascii(x[0]))", echo=False) == "\ufffda\n'\\ufffda'\n"


@pytest.mark.parametrize("cell", ["!exit 3", "x = !exit 3", "!no_existe_tal_orden", "x = !no_existe_tal_orden 2> /dev/null"])
def test_an_order_that_fails_does_not_stop_the_program(cell, tmp_path):
    assert printed(tmp_path, cell, "print('sigue')", errors="").endswith("sigue\n")


def test_an_order_does_not_read_the_keyboard(tmp_path):
    done = run(converted("!cat", "x = !cat", "%%bash\ncat", "print(x, input())")[0], tmp_path, keyboard="para el programa\n")
    assert (done.returncode, done.stdout, done.stderr) == (0, "[] para el programa\n", "")


def test_cd_and_env_reach_the_orders(tmp_path):
    (tmp_path / "a").mkdir()
    assert printed(tmp_path, "%cd -q a\n%env B=c\n!basename $PWD; echo $B", echo=False) == "env: B=c\na\nc\n"


@pytest.mark.skipif(shutil.which("bash") is None, reason="hace falta bash")
@pytest.mark.parametrize("cell",
                         ["!echo {1..3}", "![[ a == a ]] && echo 1 2 3", "x = !echo {1..3}\nprint(x.s)", "!source <(echo echo 1 2 3)"])
def test_the_shell_is_the_one_of_the_session(cell, tmp_path):
    done = run(converted(cell)[0], tmp_path, environment={"SHELL": shutil.which("bash")})
    assert done.stdout == "1 2 3\n"


def test_fields_inside_are_evaluated_where_they_are(tmp_path):
    cell = "def f(x):\n    y = [x]\n    !echo {x} {y[0] * 2} {json.dumps(y)}\n    z = !echo {x}\n    return z\n\nimport json\nprint(f('a'))"
    assert printed(tmp_path, cell, echo=False) == f"a aa {json.dumps(['a'])}\n['a']\n".replace('"', "")


def test_this_python(tmp_path):
    assert printed(tmp_path, "import sys\n!{sys.executable} -c 'print(3)'", echo=False) == "3\n"
