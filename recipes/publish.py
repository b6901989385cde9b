"""Publicar un modelo de bolsillo: pesos en float16, tokenizador, ficha y huellas, en una carpeta que aparece entera o no aparece."""

import hashlib
import json
import os
import shutil
from pathlib import Path


def publish(model, tokenizer, folder: Path, *, card: str, history: list[dict], measures: dict) -> None:
    """Escribe `folder` con el formato de Hugging Face. `card` es la ficha (README.md), ya escrita; las huellas van en checksums.json."""
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    model.half().save_pretrained(fresh)
    model.float()
    tokenizer.save_pretrained(fresh)
    (fresh / "training.json").write_text(_lines({"history": history, "measures": measures}), encoding="utf-8")
    for file in fresh.iterdir():
        file.chmod(0o644)
    sums = {
        name: hashlib.sha256((fresh / name).read_bytes()).hexdigest() for name in ("model.safetensors", "tokenizer.json", "config.json")
    }
    (fresh / "checksums.json").write_text(json.dumps(sums, indent=1) + "\n", encoding="utf-8")
    (fresh / "README.md").write_text(card.format(sha256=sums["model.safetensors"]), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(fresh, folder)


def _lines(record: dict) -> str:
    """JSON con una entrada del historial por línea, para que se lea y se compare bien."""
    history = ",\n  ".join(json.dumps(entry) for entry in record["history"])
    return f'{{"measures": {json.dumps(record["measures"])},\n "history": [\n  {history}]}}\n'
