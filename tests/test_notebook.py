"""La primera celda: qué prepara, qué no importa y qué dice cuando no encuentra el curso."""

from __future__ import annotations

import ctypes
import os
import random
import shutil
import subprocess
import sys
import types

import pytest

from course_utils import notebook, paths
from tools import stamp_notebooks


def run(code: str, cwd=paths.ROOT, **variables: str) -> subprocess.CompletedProcess[str]:
    """Ejecuta ``code`` en un Python nuevo que no hereda ni hilos elegidos ni el camino hasta el curso."""
    inherited = {k: v for k, v in os.environ.items() if k not in {*notebook.DEFAULTS, "OMP_NUM_THREADS", "PYTHONPATH", "CURSO_REPOSITORIO"}}
    return subprocess.run([sys.executable, "-S", "-c", code], cwd=cwd, env=inherited | variables, capture_output=True, text=True)


def start(code: str = "", **variables: str) -> str:
    site = [entry for entry in sys.path if "site-packages" in entry]
    found = f"import sys; sys.path[:0] = {[str(paths.ROOT), *site]}"
    done = run(f"{found}\nfrom course_utils import notebook\nnotebook.start()\n{code}", **variables)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def without_gpu(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)


def test_says_one_line(without_gpu, capsys):
    notebook.start()
    assert capsys.readouterr().out == "Curso listo · CPU · semilla 0\n"


def test_with_several_processes_only_the_first_speaks():
    code = "from course_utils import notebook; notebook.start(); print('hola', notebook.process())"
    for rank, said in (("0", ["Curso listo · CPU · semilla 0", "hola 0"]), ("1", [])):
        environment = {**os.environ, "RANK": rank, "PATH": "", "PYTHONPATH": str(paths.ROOT)}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, encoding="utf-8")
        assert done.returncode == 0 and done.stdout.splitlines() == said


def test_quick_mode_is_said(without_gpu, capsys, monkeypatch):
    monkeypatch.setenv("CURSO_RAPIDO", "1")
    notebook.start(seed=7)
    assert capsys.readouterr().out == "Curso listo · CPU · semilla 7 · modo rápido\n"


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("0", False), ("", False)])
def test_quick_reads_the_environment(monkeypatch, value, expected):
    monkeypatch.setenv("CURSO_RAPIDO", value)
    assert notebook.quick() is expected


def test_starting_imports_nothing_heavy():
    printed = start("print([m for m in ('torch', 'transformers', 'matplotlib', 'IPython', 'ipywidgets') if m in sys.modules])", PATH="")
    assert printed.splitlines()[-1] == "[]"


def test_waiting_threads_sleep_before_torch_is_imported():
    printed = start("import os; print(os.environ['OMP_WAIT_POLICY'], os.environ['OMP_NUM_THREADS'] == str(notebook._threads()))")
    assert printed.splitlines()[-1] == "PASSIVE True"


def test_threads_chosen_by_the_learner_are_kept():
    printed = start("import os; print(os.environ['OMP_NUM_THREADS'])", OMP_NUM_THREADS="3")
    assert printed.splitlines()[-1] == "3"


def test_torch_is_seeded_when_it_arrives_and_again_on_restart():
    code = """import torch
a = torch.rand(3); notebook.start(); b = torch.rand(3); torch.manual_seed(0)
print(a.equal(b), b.equal(torch.rand(3)))"""
    assert start(code).splitlines()[-1] == "True True"


def test_theme_reaches_matplotlib_when_it_arrives():
    pytest.importorskip("course_utils.theme")
    code = "import matplotlib.pyplot as plt; from course_utils import theme; print(all(plt.rcParams[k] == v for k, v in CHECKED.items()))"
    code = code.replace("CHECKED", "{'figure.facecolor': theme.LIGHT.paper, 'text.color': theme.LIGHT.ink}")
    assert start(code).splitlines()[-1] == "True"


@pytest.mark.skipif(sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="no es Linux con glibc")
def test_what_a_cell_no_longer_uses_goes_back_to_the_system():
    code = """from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
from course_utils import notebook
notebook.start(); notebook.start()
def megas(): return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmRSS")) // 1024
shell.run_cell("muchos = [bytes(1000) for _ in range(200_000)]; pocos = muchos[::1000]")   # 200 MB, y de los últimos queda alguno
full = megas()
shell.run_cell("del muchos")
print(full - megas(), len([one for one in shell.events.callbacks["post_run_cell"] if one.__name__ == "_trim"]))"""
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(paths.ROOT)}, capture_output=True, text=True)
    given_back, registered = map(int, done.stdout.splitlines()[-1].split())
    assert given_back > 100 and registered == 1


def test_python_and_numpy_repeat_their_numbers(without_gpu, capsys):
    import numpy

    def draw():
        notebook.start()
        return random.random(), numpy.random.rand()

    assert draw() == draw()


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, "0"])
def test_impossible_seed_is_explained(seed):
    with pytest.raises(ValueError, match="semilla tiene que ser un entero"):
        notebook.start(seed)


def test_after_import_acts_once_with_the_module(tmp_path, monkeypatch):
    (tmp_path / "recien_llegado.py").write_text("valor = 1")
    monkeypatch.syspath_prepend(tmp_path)
    seen: list[types.ModuleType] = []
    notebook.after_import("recien_llegado", lambda module: pytest.fail("la segunda petición sustituye a la primera"))
    notebook.after_import("recien_llegado", seen.append)
    assert not seen
    import recien_llegado

    assert [module.valor for module in seen] == [1] and recien_llegado is seen[0]
    notebook.after_import("recien_llegado", seen.append)
    assert len(seen) == 2


def test_environment_without_ipython(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert notebook.environment() == "python"


TERMINAL, KERNEL = types.SimpleNamespace(), types.SimpleNamespace(kernel=object())


@pytest.mark.parametrize(("shell", "expected"), [(None, "python"), (TERMINAL, "ipython"), (KERNEL, "jupyter")])
def test_environment_with_ipython(monkeypatch, shell, expected):
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    assert notebook.environment() == expected


def test_colab_gets_its_widget_manager(monkeypatch, without_gpu, capsys):
    enabled = []
    output = types.SimpleNamespace(enable_custom_widget_manager=lambda: enabled.append(True))
    colab = types.ModuleType("google.colab")
    colab.output = output
    monkeypatch.setitem(sys.modules, "google", types.ModuleType("google"))
    monkeypatch.setitem(sys.modules, "google.colab", colab)
    notebook.start()
    assert notebook.environment() == "colab" and enabled == [True]


def test_setup_cell_works_from_any_folder_below():
    done = run(stamp_notebooks.setup_cell(), cwd=paths.ROOT / "course_utils", PATH="")
    assert (done.returncode, done.stdout) == (0, "Curso listo · CPU · semilla 0\n"), done.stderr


def test_setup_cell_without_course_nor_address_is_explained(tmp_path):
    done = run(stamp_notebooks.setup_cell("https://github.com/por_publicar/curso"), cwd=tmp_path)
    assert done.returncode == 1
    assert "Aquí no está el curso" in done.stderr and "CURSO_REPOSITORIO" in done.stderr


def test_setup_cell_fetches_the_course(tmp_path):
    origin, folder = tmp_path / "origen", tmp_path / "vacia"
    shutil.copytree(paths.ROOT / "course_utils", origin / "course_utils", ignore=shutil.ignore_patterns("__pycache__"))
    folder.mkdir()
    author = ["-c", "user.name=Prueba", "-c", "user.email=prueba@example.org"]
    for command in (["init", "-q"], ["add", "."], [*author, "commit", "-qm", "copia"]):
        subprocess.run(["git", *command], cwd=origin, check=True)
    done = run(stamp_notebooks.setup_cell(), cwd=folder, CURSO_REPOSITORIO=origin.as_uri())
    assert done.returncode == 0, done.stderr
    assert (folder / "curso" / "course_utils" / "notebook.py").exists()


def test_setup_cell_says_when_the_download_fails(tmp_path):
    done = run(stamp_notebooks.setup_cell(), cwd=tmp_path, CURSO_REPOSITORIO=(tmp_path / "nada").as_uri())
    assert done.returncode == 1 and "no se puede descargar" in done.stderr


def test_a_library_that_is_there_needs_nothing(monkeypatch):
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("no había que instalar nada"))
    notebook.need("json")


def test_a_missing_library_is_said_in_one_sentence():
    with pytest.raises(ModuleNotFoundError, match="«bibliotecadementira»: instala lo que pide el curso"):
        notebook.need("bibliotecadementira")


def test_in_colab_a_missing_library_is_installed_as_the_course_asks(monkeypatch):
    orders = []
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    monkeypatch.setattr(notebook.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(subprocess, "run", lambda order, **_: orders.append(order))
    notebook.need("sacrebleu")
    assert orders[0][1:4] == ["-m", "pip", "install"] and orders[0][-1].startswith("sacrebleu>=") and "#" not in orders[0][-1]
