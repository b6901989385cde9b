"""Deja listo el entorno desde el que se ejecuta: paquete a la vista y JupyterLab en español. Lo llama ``tools/install.sh``.

* El paquete queda instalado donde está: ``import course_utils`` funciona desde cualquier carpeta y nbconvert conoce ``--to programa``.
* ``overrides.json`` pone JupyterLab en español y sin avisos de red. Vive dentro del entorno (``.venv``): no toca la carpeta
  personal, y lo que cada cual elija en el menú de JupyterLab sigue mandando.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from course_utils import paths

SETTINGS = {
    "@jupyterlab/translation-extension:plugin": {"locale": "es_ES"},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
}


def make_importable(root: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.run([*pip, "--no-deps", "--editable", str(root)], check=False).returncode:
        sys.exit("pip no ha podido instalar el paquete del curso: el mensaje, aquí encima, dice por qué. Arréglalo y repite la orden.")


def set_spanish(prefix: Path) -> None:
    path = prefix / "share/jupyter/lab/settings/overrides.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    settings = json.loads(path.read_text("utf-8")) if path.exists() else {}
    paths.write_whole(path, json.dumps(settings | SETTINGS, indent=2) + "\n")


def main() -> None:
    if sys.prefix == sys.base_prefix:
        sys.exit("Esto va dentro de un entorno virtual: actívalo antes (source .venv/bin/activate; en Windows, .venv\\Scripts\\activate).")
    make_importable(paths.ROOT)
    set_spanish(Path(sys.prefix))


if __name__ == "__main__":
    main()
