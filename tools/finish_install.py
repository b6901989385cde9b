"""Deja listo el entorno desde el que se ejecuta: paquete a la vista y JupyterLab en español. Lo llama ``tools/install.sh``.

* ``curso.pth`` hace que ``import course_utils`` funcione desde cualquier carpeta, sin instalar nada más.
* ``overrides.json`` pone JupyterLab en español y sin avisos de red. Vive dentro del entorno (``.venv``): no toca la carpeta
  personal, y lo que cada cual elija en el menú de JupyterLab sigue mandando.
"""

from __future__ import annotations

import json
import os
import sys
import sysconfig
from pathlib import Path

SETTINGS = {
    "@jupyterlab/translation-extension:plugin": {"locale": "es_ES"},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
}


def make_importable(site_packages: Path, root: Path) -> None:
    write_whole(site_packages / "curso.pth", f"{root}\n")


def set_spanish(prefix: Path) -> None:
    path = prefix / "share/jupyter/lab/settings/overrides.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    settings = json.loads(path.read_text("utf-8")) if path.exists() else {}
    write_whole(path, json.dumps(settings | SETTINGS, indent=2) + "\n")


def write_whole(path: Path, text: str) -> None:
    draft = path.with_name(path.name + ".tmp")
    draft.write_text(text, "utf-8")
    os.replace(draft, path)


def main() -> None:
    if sys.prefix == sys.base_prefix:
        sys.exit("Esto va dentro de un entorno virtual: actívalo primero (source .venv/bin/activate, o .venv\\Scripts\\activate en Windows).")
    make_importable(Path(sysconfig.get_path("purelib")), Path(__file__).resolve().parents[1])
    set_spanish(Path(sys.prefix))


if __name__ == "__main__":
    main()
