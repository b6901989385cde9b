"""Los modelos diminutos de cada clase, guardados y vueltos a cargar por el cargador: cada uno, una vez."""

from __future__ import annotations

import pytest

from course_utils import models
from tests.public import zoo


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """Una función que da el modelo de una clase, ya cargado."""
    root, found = tmp_path_factory.mktemp("clases"), {}

    def one(name: str) -> models.LanguageModel:
        if name not in found:
            found[name] = models.load(str(zoo.save(name, root / name)))
        return found[name]

    return one


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """Una caché de Hugging Face vacía, sin clave y sin prohibición de salir: lo que hay en una máquina recién estrenada."""
    import huggingface_hub.constants as constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.delenv("HF_TOKEN", raising=False)
    models.forget()
    yield tmp_path / "hub"
    models.forget()
