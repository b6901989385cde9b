"""Un JupyterLab y un Chromium para toda la sesión de pruebas, y una pestaña nueva para cada prueba."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import lab as machinery


@pytest.fixture(scope="session")
def chromium() -> str:
    """Ruta de Chromium; sin él (o sin playwright) las pruebas se saltan y dicen por qué."""
    pytest.importorskip("playwright.sync_api", reason="falta playwright (está en requirements-dev.txt)")
    return machinery.find_chromium() or pytest.skip(
        "no hay Chromium: instálalo (apt install chromium) o pon su ruta en la variable CHROMIUM"
    )


@pytest.fixture(scope="session")
def workspace(tmp_path_factory) -> Path:
    """Una copia de los cuadernos junto a enlaces al paquete, los modelos y las figuras: lo que se guarde no toca el repositorio."""
    return machinery.copy_course(tmp_path_factory.mktemp("curso"))


@pytest.fixture(scope="session")
def server(workspace, tmp_path_factory):
    """JupyterLab sirviendo la copia en un puerto libre de 127.0.0.1, sin salida a internet: (dirección, token)."""
    with machinery.serve(workspace, tmp_path_factory.mktemp("jupyter")) as found:
        yield found


@pytest.fixture(scope="session")
def browser(chromium):
    with machinery.launch(chromium) as opened:
        yield opened


@pytest.fixture(scope="module")
def lab(browser, server, workspace):
    """Una pestaña de JupyterLab que apunta todo lo que pide y todo lo que falla."""
    context = browser.new_context(viewport={"width": 1480, "height": 1200})
    yield machinery.Lab(context.new_page(), *server, workspace)
    context.close()


@pytest.fixture(scope="session")
def model_folder(tiny_folder) -> Path:
    """El modelo de bolsillo si ya está entrenado; si no, el diminuto."""
    trained = machinery.ROOT / "models" / "decoder"
    return trained if (trained / "model.safetensors").exists() else tiny_folder
