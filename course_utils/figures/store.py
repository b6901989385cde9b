"""El almacén: dibujar, guardar en `figures/` con su manifiesto y decir qué falta, qué sobra y qué se ha quedado viejo."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from course_utils import paths, theme
from course_utils.figures import canvas, legibility, registry
from course_utils.figures.sources import fingerprint

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from course_utils.models import LanguageModel

MANIFEST = "manifest.json"
SHOWN = re.compile(r"figures\.show\(\s*(\d+)\s*\)")


def scene(number: int, **models: LanguageModel) -> tuple[canvas.Scene, str, str]:
    """La escena de una figura, su título y su texto alternativo, tras ejecutar sus modelos (los dados, o los del curso)."""
    entry = registry.entry(number)
    made = entry.function(*(models.get(name) or _load(name) for name in entry.models))
    return made, *entry.texts(made)


def draw(number: int, *, theme: str = "light", **models: LanguageModel) -> Figure:
    """Dibuja ahora mismo la figura `number` ejecutando sus modelos.

    theme   «light» o «dark»
    models  otro modelo en lugar del de bolsillo, por su nombre: `figures.draw(38, decoder=mi_modelo)`
    Devuelve una figura de matplotlib. ValueError si el número no existe.
    """
    made, title, _ = scene(number, **models)
    return paint(made, title, theme)


def build(numbers: Iterable[int] | None = None, *, everything: bool = False, folder: Path | None = None) -> list[str]:
    """Dibuja y guarda (PNG, SVG y manifiesto) las figuras que falten o estén viejas; con `everything`, todas. Devuelve sus nombres."""
    folder = folder or paths.FIGURES
    wanted = list(registry.entries()) if numbers is None else list(numbers)
    pending = [number for number in wanted if everything or not current(registry.entry(number), folder)]
    for number in pending:
        _save(number, folder)
    return [registry.name(number) for number in pending]


def manifest(folder: Path | None = None) -> dict[str, dict[str, str]]:
    """Lo que se sabe de cada figura guardada: título, texto alternativo, huella y sha256 del PNG."""
    path = (folder or paths.FIGURES) / MANIFEST
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def current(entry: registry.Entry, folder: Path) -> bool:
    """¿Está guardada y es la que sale del código y los pesos de hoy?"""
    record = manifest(folder).get(entry.name, {})
    files = [folder / f"{entry.name}.{kind}" for kind in ("png", "svg")]
    return (
        all(f.is_file() for f in files)
        and record.get("fingerprint") == fingerprint(entry)
        and record.get("png") == canvas.sha256(files[0].read_bytes())
    )


def problems(
    *, entries: Mapping[int, registry.Entry] | None = None, folder: Path | None = None, notebooks: Path | None = None
) -> list[str]:
    """Lo que no cuadra, una frase por problema: figuras que faltan, sobran, están viejas o que su capítulo no enseña."""
    entries = registry.entries() if entries is None else entries
    folder, notebooks = folder or paths.FIGURES, notebooks or paths.NOTEBOOKS
    return [*_unbuilt(entries, folder), *_orphans(entries, folder), *_unshown(entries, notebooks)]


def _unbuilt(entries: Mapping[int, registry.Entry], folder: Path) -> Iterator[str]:
    for entry in entries.values():
        missing = [kind for kind in ("png", "svg") if not (folder / f"{entry.name}.{kind}").is_file()]
        if missing:
            yield f"{entry.name} tiene función pero le falta {' y '.join(missing)}: ejecuta «make figures»."
        elif not current(entry, folder):
            yield f"{entry.name} está vieja: han cambiado su código, sus pesos o su PNG. Ejecuta «make figures»."


def _orphans(entries: Mapping[int, registry.Entry], folder: Path) -> Iterator[str]:
    names = {entry.name for entry in entries.values()}
    files = (path for path in sorted(folder.glob("*")) if path.name != MANIFEST and not path.name.startswith("."))
    yield from (
        f"{path.name} no lo dibuja ninguna función: bórralo o escríbela."
        for path in files
        if path.stem not in names or path.suffix not in (".png", ".svg")
    )
    yield from (f"El manifiesto habla de {name}, que no dibuja ninguna función." for name in manifest(folder) if name not in names)


def _unshown(entries: Mapping[int, registry.Entry], notebooks: Path) -> Iterator[str]:
    for chapter, numbers in registry.CHAPTERS.items():
        path = notebooks / f"{chapter}.ipynb"
        if path.is_file():
            shown = _shown(path)
            yield from (f"{registry.name(n)} no está dibujada y su capítulo, {chapter}, ya existe." for n in numbers if n not in entries)
            yield from (f"{chapter} no enseña {registry.name(n)}: le falta figures.show({n})." for n in numbers if n not in shown)


def _shown(notebook: Path) -> set[int]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return {int(n) for cell in cells if cell["cell_type"] == "code" for n in SHOWN.findall("".join(cell["source"]))}


def _save(number: int, folder: Path) -> None:
    made, title, alternative = scene(number)
    drawn, entry = paint(made, title, "light"), registry.entry(number)
    if faults := legibility.faults(drawn):
        raise ValueError(f"{entry.name} no se lee bien y no la guardo: {' '.join(faults)}")
    picture = canvas.png(drawn)
    canvas.write(folder / f"{entry.name}.png", picture)
    canvas.write(folder / f"{entry.name}.svg", canvas.svg(drawn, title, alternative))
    record = {"title": title, "alternative": alternative, "fingerprint": fingerprint(entry), "png": canvas.sha256(picture)}
    everything = dict(sorted({**manifest(folder), entry.name: record}.items()))
    canvas.write(folder / MANIFEST, (json.dumps(everything, ensure_ascii=False, indent=2) + "\n").encode())


def paint(made: canvas.Scene, title: str, name: str) -> Figure:
    """La escena con su título, pintada con el tema `name`; ya no ejecuta ningún modelo."""
    with theme.using(name):
        return canvas.compose(made, title)


def _load(name: str) -> LanguageModel:
    from course_utils import models

    return models.load(name)
