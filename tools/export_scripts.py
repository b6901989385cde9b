"""Exporta cada capítulo a ``build/scripts/``: ``python -m tools.export_scripts``."""

from __future__ import annotations

import sys

from course_utils import conversion, paths
from tools.stamp_notebooks import INDEX


def main() -> int:
    folder = paths.BUILD / "scripts"
    folder.mkdir(parents=True, exist_ok=True)
    chapters = [path for path in sorted(paths.NOTEBOOKS.glob("*.ipynb")) if path.name != INDEX]
    return max((conversion.main(["--input", str(path), "--output", str(folder / f"{path.stem}.py")]) for path in chapters), default=0)


if __name__ == "__main__":
    sys.exit(main())
