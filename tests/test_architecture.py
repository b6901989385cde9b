"""La forma de la casa: quién puede importar a quién, y qué no se paga al importar el paquete.

Tres plantas: el cálculo no sabe dibujar, el dibujo no sabe de modelos y la segunda planta los reúne. El diccionario
``MAY_IMPORT`` es el plano: un módulo nuevo se añade aquí antes de escribirse.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import course_utils
from course_utils import paths

PACKAGE = Path(course_utils.__file__).parent

GROUND = {
    "paths": set(),
    "microworld": set(),
    "models": {"paths"},
    "tokens": {"models"},
    "merges": set(),
    "segmentation": {"merges", "paths", "tokens"},
    "embeddings": {"models", "tokens"},
    "analogies": {"embeddings", "microworld", "models"},
    "positions": {"models"},
    "dialogues": {"tokens"},
    "generation": {"models", "tokens"},
    "training": {"evaluation", "paths"},
    "evaluation": {"models", "tokens"},
    "overlap": set(),
    "retrieval": {"models", "tokens"},
    "inspection": {"models", "tokens"},
    "architectures": {"tokens", "training", "evaluation"},
    "ngrams": {"evaluation"},
    "scaling": {"architectures", "microworld", "paths", "training"},
    "ranks": {"adapters", "microworld", "paths", "tuning"},
    "prompting": {"models", "tokens", "evaluation", "microworld"},
    "sizing": {"models"},
    "glossary": set(),
    "bibliography": set(),
    "drawings": set(),
    "flow": {"training"},
    "adapters": {"evaluation", "models", "paths"},
    "tuning": {"adapters", "evaluation", "microworld", "models", "tokens", "training"},
    "forgetting": {"evaluation", "microworld", "models", "paths", "training", "tuning"},
    "bake_off": {"adapters", "evaluation", "microworld", "models", "paths", "training", "tuning"},
    "virtual_tokens": {"evaluation", "microworld", "paths"},
}
FIRST = {
    "theme": set(),
    "plots": {"theme", "diagrams"},
    "diagrams": {"theme"},
    "heatmaps": {"theme"},
    "maps": {"theme"},
    "tables": {"theme"},
    "stacks": {"theme", "diagrams"},
    "gallery": {"theme"},
    "progress": {"theme"},
}
BELOW = {*GROUND, *FIRST}
ANY_BELOW = {"figures": BELOW, "widgets": BELOW | {"exercises"}}  # la autoevaluación anota lo que se contesta
SECOND = ANY_BELOW | {"exercises": {"paths"}, "notebook": {"paths", "theme"}, "conversion": {"paths"}}
MAY_IMPORT = GROUND | FIRST | SECOND

DRAWING = {"matplotlib", "ipywidgets", "anywidget", "IPython"}
NETWORKS = {"torch", "transformers", "tokenizers", "safetensors"}
PACKAGES = {"sklearn": "scikit-learn"}  # lo que se importa con otro nombre que el de su paquete
DRAWERS = re.compile(r"(^|_)(utils|common|helpers|misc)($|_)")


def python_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


MODULES = python_files(PACKAGE)
OTHERS = [path for name in ("recipes", "tools", "benchmarks", "tests") for path in python_files(paths.ROOT / name)]


def storey_name(path: Path) -> str:
    """Módulo de primer nivel al que pertenece un fichero: ``figures`` para ``figures/chapter_14.py``."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def imports(path: Path) -> set[str]:
    """Nombres completos que importa un fichero, en cualquier lugar: también dentro de funciones."""
    package = ["course_utils", *path.relative_to(PACKAGE).parts[:-1]]
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join([*package[: len(package) - node.level + 1], *filter(None, [node.module])]) if node.level else node.module
            names |= {f"{base}.{alias.name}" for alias in node.names}
    return names


def siblings(path: Path) -> set[str]:
    own = storey_name(path)
    return {name.split(".")[1] for name in imports(path) if name.startswith("course_utils.")} - {own}


def libraries(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)} - {"course_utils", *sys.stdlib_module_names}


def only(faults: dict[Path, object]) -> dict[str, object]:
    """Los ficheros que tienen alguna falta, con su nombre: lo que se lee si la prueba no pasa."""
    return {str(path.relative_to(paths.ROOT)): fault for path, fault in faults.items() if fault}


@pytest.fixture(scope="module")
def required() -> set[str]:
    lines = (paths.ROOT / "requirements.txt").read_text("utf-8").splitlines()
    return {re.split(r"[<>=!~\[ ]", line)[0].lower() for line in lines if line and not line.startswith("#")}


def test_every_module_stands_on_a_storey():
    found = {storey_name(path) for path in MODULES} - {"__init__"}
    assert found <= MAY_IMPORT.keys(), f"sin sitio en el plano: {found - MAY_IMPORT.keys()}"


def test_the_package_offers_every_module_of_the_plan():
    assert set(course_utils.__all__) == MAY_IMPORT.keys()


def test_the_map_in_the_readme_is_the_one_of_the_house():
    written = set(re.findall(r"^  (\w+)(?:\.py|/) ", (paths.ROOT / "README.md").read_text("utf-8"), re.MULTILINE))
    assert written == MAY_IMPORT.keys()


def test_a_module_imports_only_what_the_plan_allows():
    assert only({path: siblings(path) - MAY_IMPORT.get(storey_name(path), set()) for path in MODULES}) == {}


def test_the_plan_allows_only_what_is_imported():
    """Un permiso que nadie usa es una puerta abierta. Figuras y widgets pueden mirar todo lo que tienen debajo."""
    used: dict[str, set[str]] = {name: set() for name in MAY_IMPORT}
    for path in MODULES:
        used.setdefault(storey_name(path), set()).update(siblings(path))
    assert {name: idle for name in MAY_IMPORT.keys() - ANY_BELOW.keys() if (idle := MAY_IMPORT[name] - used[name])} == {}


def test_the_ground_does_not_draw():
    assert only({path: libraries(path) & DRAWING for path in MODULES if storey_name(path) in GROUND}) == {}


def test_drawing_knows_no_model():
    assert only({path: libraries(path) & NETWORKS for path in MODULES if storey_name(path) in FIRST}) == {}


def test_libraries_are_in_the_requirements(required):
    known = required | {"google"}    # google.colab solo existe en Colab
    assert only({path: {name for name in libraries(path) if PACKAGES.get(name, name).lower() not in known} for path in MODULES}) == {}


def test_files_are_short_and_exactly_named():
    lines = {path: path.read_text("utf-8").count("\n") for path in (*MODULES, *OTHERS)}
    assert only({path: count for path, count in lines.items() if count > 350}) == {}, "pártelos por donde cambian de asunto"
    assert only({path: DRAWERS.search(path.stem) for path in lines}) == {}, "un cajón de sastre: llámalo por lo que hace"


def test_no_module_imports_itself_in_a_circle():
    def reached(name: str, seen: frozenset[str] = frozenset()) -> set[str]:
        assert name not in seen, f"círculo por {name}"
        return {name}.union(*(reached(below, seen | {name}) for below in MAY_IMPORT[name]))

    for name in MAY_IMPORT:
        reached(name)


def heavy_after(statement: str) -> list[str]:
    code = f"{statement}\nimport sys, json\nprint(json.dumps([m for m in {sorted(NETWORKS | DRAWING)} if m in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], cwd=paths.ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_importing_the_package_pays_for_nothing():
    assert heavy_after("import course_utils") == []


WITHOUT_NETWORKS = sorted({storey_name(path) for path in MODULES} & {*FIRST, "notebook", "conversion"})


@pytest.mark.parametrize("name", WITHOUT_NETWORKS)
def test_modules_without_networks_do_not_load_them(name):
    assert not set(heavy_after(f"from course_utils import {name}")) & NETWORKS


def test_an_unknown_module_is_explained():
    with pytest.raises(AttributeError, match="course_utils no tiene «modelos». Tiene: adapters, analogies"):
        course_utils.modelos  # noqa: B018
