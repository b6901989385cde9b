"""Los capítulos en un entorno como el de Colab: sus versiones, una carpeta vacía y el curso por descargar."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from course_utils import paths

pytestmark = pytest.mark.slow

PINS = Path(__file__).with_name("constraints.txt")
TORCH = os.environ.get("TORCH", "torch==2.13.0").split()
NEEDED = ["anywidget", "ipykernel", "ipywidgets", "matplotlib", "nbclient", "nbconvert", "nbformat"]
NEEDED += ["accelerate", "numpy", "peft", "sacrebleu", "scikit-learn", "safetensors", "tokenizers", "transformers"]
LISTED = "from importlib.metadata import distributions as d; print(sorted(f'{one.name}=={one.version}' for one in d()))"
CHAPTERS = sorted(path.name for path in paths.NOTEBOOKS.glob("*.ipynb") if not path.name.startswith("00"))

RUN = """
import nbformat, sys
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, kernel_name="python3", timeout=600).execute()
print(notebook.cells[next(i for i, c in enumerate(notebook.cells) if c.cell_type == "code")].outputs[0].text)
"""


@pytest.fixture(scope="session")
def colab(tmp_path_factory) -> Iterator[Path]:
    """El Python de un entorno nuevo con las versiones de Colab, uno para todos los procesos de pytest; si un pip falla, se ve por qué."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    folder, users = shared / "colab", shared / "colab_en_uso"
    mine = users / str(os.getpid())
    with FileLock(shared / "colab.lock"):
        users.mkdir(exist_ok=True)
        mine.touch()
        if not (folder / "listo").exists():
            install(folder)
            (folder / "listo").touch()
    yield folder / "bin" / "python"
    with FileLock(shared / "colab.lock"):
        mine.unlink()
        if not any(users.iterdir()):
            shutil.rmtree(folder)  # más de un giga


def install(folder: Path) -> None:
    """Hace en ``folder`` un entorno con las bibliotecas del curso, en las versiones de Colab."""
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *TORCH], check=True)
    subprocess.run([*pip, "--constraint", str(PINS), *NEEDED], check=True)


@pytest.fixture(scope="session")
def published(tmp_path_factory) -> str:
    """Dirección de una copia del repositorio tal como está ahora, con lo que aún no se ha confirmado."""
    folder = tmp_path_factory.mktemp("publicado")
    listed = subprocess.check_output(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=paths.ROOT, text=True)
    for name in filter(None, listed.split("\0")):
        if (paths.ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((paths.ROOT / name).read_bytes())
    author = ["-c", "user.name=Prueba", "-c", "user.email=prueba@example.org"]
    for command in (["init", "-q"], ["add", "-f", "."], [*author, "commit", "-qm", "copia"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder.as_uri()


def test_the_environment_is_the_one_of_colab(colab):
    code = "import ipywidgets, transformers, IPython; print(ipywidgets.__version__, transformers.__version__, IPython.__version__)"
    done = subprocess.run([colab, "-c", code], capture_output=True, text=True, check=True)
    pins = dict(line.split("==") for line in PINS.read_text().splitlines() if "==" in line)
    assert done.stdout.split() == [pins["ipywidgets"], pins["transformers"], pins["ipython"]]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_runs_from_an_empty_folder(chapter, colab, published, tmp_path):
    installed = subprocess.check_output([colab, "-c", LISTED], text=True)
    (tmp_path / chapter).write_bytes((paths.NOTEBOOKS / chapter).read_bytes())
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "MPLBACKEND", "CURSO_DATOS"}}
    environment |= {"CURSO_RAPIDO": "1", "CURSO_REPOSITORIO": published, "HF_HUB_OFFLINE": "1"}
    done = subprocess.run([colab, "-c", RUN, chapter], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4000:]
    assert done.stdout.startswith("Curso listo · ") and "modo rápido" in done.stdout
    assert (tmp_path / "curso" / "course_utils").is_dir()
    assert subprocess.check_output([colab, "-c", LISTED], text=True) == installed
