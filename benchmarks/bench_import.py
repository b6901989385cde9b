"""Importar course_utils frente a importar transformers: cada vez, en un intérprete recién abierto."""

from __future__ import annotations

import subprocess
import sys

from comparing import Comparison, by_turns, report

EMPTY = "pass"


def importing(statement: str) -> None:
    """Abre un intérprete y ejecuta la instrucción."""
    subprocess.run([sys.executable, "-c", statement], check=True)


def compared(case: str, ours: str, theirs: str, aim: float | None) -> Comparison:
    """Los milisegundos de dos instrucciones, sin los que cuesta abrir el intérprete."""
    start, _ = by_turns(lambda: importing(EMPTY), lambda: importing(EMPTY), rounds=7)
    a, b = by_turns(lambda: importing(ours), lambda: importing(theirs), rounds=7)
    return Comparison(case, max(a - start, 1e-4) * 1e3, (b - start) * 1e3, "ms", aim)


if __name__ == "__main__":
    report(
        "Tiempo de importación",
        "nuestro",
        "transformers",
        [
            compared("`import course_utils` / `import transformers`", "import course_utils", "import transformers", 10),
            compared(
                "`from course_utils import models` / `from transformers import AutoModelForCausalLM`",
                "from course_utils import models",
                "from transformers import AutoModelForCausalLM",
                None,
            ),
        ],
        notes=("Se descuenta lo que tarda en abrirse el intérprete. La red y su tokenizador se importan al llamar a `models.load`.",),
    )
