"""Exporta cada capítulo a ``build/scripts/``: ``python -m tools.export_scripts``; ``--echo`` y lo demás, como en la orden de convertir."""

from __future__ import annotations

import sys

from course_utils import conversion, paths
from tools.stamp_notebooks import INDEX


def main(options: list[str]) -> int:
    chapters = [str(path) for path in sorted(paths.NOTEBOOKS.glob("*.ipynb")) if path.name != INDEX]
    return conversion.main(["--input", *chapters, "--output-dir", str(paths.BUILD / "scripts"), *options])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
