"""De un nombre a un modelo: qué se pide, si está aquí o hay que bajarlo, si cabe, y los ya cargados, que no se cargan dos veces."""

from __future__ import annotations

import gc
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from course_utils import paths
from course_utils.models import folder as folders
from course_utils.models import gguf, hardware, hub, public
from course_utils.models.errors import ModelError
from course_utils.models.failures import explained
from course_utils.models.language_model import LanguageModel

if TYPE_CHECKING:
    from transformers import PreTrainedModel

HUB_ID = re.compile(r"(?!.*\.\.)(?P<id>[A-Za-z0-9][\w.-]*/[\w.-]+)(@(?P<revision>[\w./-]+))?")
BIG = 50_000_000    # con más parámetros, se dice cuánto ocupa antes de cargarlo y se guardan pocos a la vez
MOST, MOST_BIG = 8, 2
POCKET, FOLDER, GGUF, HUB = "bolsillo", "carpeta", "gguf", "hub"


@dataclass(frozen=True)
class Source:
    """De dónde sale un modelo: kind dice qué es `place` (una carpeta, un fichero o un identificador de Hugging Face)."""

    kind: str
    name: str
    place: Path | str
    revision: str = "main"


def available() -> list[str]:
    """Los nombres de los modelos de bolsillo que hay en `models/`, por orden alfabético."""
    return sorted(config.parent.name for config in paths.MODELS.glob("*/config.json"))


def load(name: str | Path, *, device: str | None = None, dtype: str | None = None, role: str | None = None) -> LanguageModel:
    """Como `models.load`; con `role`, solo si es el papel de la red, y se mira antes de bajar o cargar nada grande."""
    source = located(name)
    if dtype is not None:
        hardware.dtype_of(dtype)
    wanted = hardware.checked(device) if device else "cpu" if source.kind == POCKET or hardware.best() == "cpu" else None
    key = (source, wanted, dtype)
    if key not in _kept:
        ready = _ready(source)
        _fitting(source, ready.role, role)
        _make_room(ready.parameters > BIG)
        _kept[key] = _loaded(source, ready, wanted, dtype), ready.parameters > BIG
    found, _ = _kept[key]
    _fitting(source, found.role, role)
    return found


def _fitting(source: Source, does: str, wanted: str | None) -> None:
    if wanted not in (None, does):
        example = next(one.alias for one in public.known().values() if one.role == wanted)
        raise ModelError(f"«{source.name}» es un {does}, y aquí hace falta un {wanted}; prueba con «{example}».")


_kept: dict[tuple, tuple[LanguageModel, bool]] = {}     # los ya cargados y si son grandes


def _make_room(big: bool) -> None:
    """Suelta el más antiguo de los de su tamaño si ya hay bastantes."""
    same = [key for key, (_, large) in _kept.items() if large == big]
    for key in same[: max(len(same) + 1 - (MOST_BIG if big else MOST), 0)]:
        del _kept[key]


def forget(*, small: bool = True) -> None:
    """Suelta los modelos guardados, o solo los grandes, y devuelve la memoria que ya no use nadie."""
    for key in [key for key, (_, large) in _kept.items() if large or small]:
        del _kept[key]
    tidy()


def tidy() -> None:
    """Devuelve la memoria que ya no usa nadie, también la de la GPU."""
    gc.collect()
    if (torch := sys.modules.get("torch")) is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()


def located(name: str | Path) -> Source:
    """Qué se pide con un nombre. Lanza ModelError si no puede ser ninguno."""
    text = str(name).strip()
    if not text:
        raise ModelError(f"Falta el nombre del modelo; {_known()}.")
    path = _path(text)
    for folder in (paths.MODELS / text, path, paths.ROOT / path):    # los cuadernos se ejecutan en notebooks/, y `make lab`, en la raíz
        if folder.is_dir():
            real = folder.resolve()
            pocket = real.parent == paths.MODELS.resolve()
            return Source(POCKET if pocket else FOLDER, real.name, real)
    if path.is_file() or path.suffix == ".gguf":
        return _file(path if path.is_file() else paths.ROOT / path, path)
    if one := public.called(text):
        return Source(HUB, one.alias, one.id, one.revision)
    if match := HUB_ID.fullmatch(text):
        return Source(HUB, match["id"].split("/")[1], match["id"], match["revision"] or "main")
    raise ModelError(f"No hay ningún modelo llamado «{name}» ni una carpeta con ese nombre; {_known()}.")


def _path(text: str) -> Path:
    """La ruta que dice un nombre. Lanza ModelError si el sistema no la admite: demasiado larga, o la carpeta de nadie («~nadie»)."""
    try:
        path = Path(text).expanduser()
        path.is_dir()
        (paths.MODELS / text).is_dir()
    except (OSError, RuntimeError) as error:
        raise ModelError(f"«{text}» no puede ser el nombre de un modelo; {_known()}.") from error
    return path


def _file(path: Path, written: Path) -> Source:
    if not path.is_file():
        raise ModelError(f"No hay ningún fichero «{written}»: revisa la ruta.")
    if path.suffix != ".gguf":
        raise ModelError(f"«{path}» es un fichero suelto: da la carpeta entera del modelo, o un .gguf.")
    return Source(GGUF, path.stem, path.resolve())


def _known() -> str:
    names = ", ".join(f"«{name}»" for name in available())
    others = ", ".join(f"«{alias}»" for alias in public.known())
    mine = f"puedes usar {names} o la ruta de una carpeta" if names else "en models/ no hay ninguno: vuelve a descargar el curso"
    return f"{mine}; de los públicos, {others} o su identificador"


@dataclass(frozen=True, eq=False)
class Ready:
    """Lo que se sabe de un modelo antes de cargarlo. where: su carpeta o fichero, o lo que hay que bajar. kind: su clase («llama»)."""

    where: Path | hub.Remote
    build: type[PreTrainedModel]
    role: str
    parameters: int
    kind: str


def _ready(source: Source) -> Ready:
    if source.kind == GGUF:
        head = gguf.header(source.place)
        gguf.need()
        build = gguf.architecture(source.place, head)
        return Ready(source.place, build, folders.role({}, build), head.parameters, head.architecture)
    where = source.place if source.kind != HUB else hub.cached(source.place, source.revision) or hub.found(source.place, source.revision)
    if isinstance(where, hub.Remote):
        config, count = where.config, where.parameters
    else:
        folders.verify(where)
        config, count = folders.configuration(where), folders.parameters(where)
    build = folders.architecture(config, source.place)
    return Ready(where, build, folders.role(config, build), count, str(config.get("model_type", "")))


def _loaded(source: Source, ready: Ready, device: str | None, dtype: str | None) -> LanguageModel:
    import torch

    spot = _place(source, ready, device, dtype)
    if ready.parameters > BIG:
        _announce(source, ready, spot)
    where = hub.download(ready.where) if isinstance(ready.where, hub.Remote) else ready.where
    precision = hardware.dtype_of(spot.dtype)
    if source.kind == GGUF:
        network, tokenizer = gguf.load(where, ready.build, precision)
    else:
        network = folders.network(where, precision)
        tokenizer = folders.tokenizer(where, pocket=source.kind == POCKET)
    with explained(source.name):
        network = network.to(spot.device).eval()
    return LanguageModel(source.name, network, tokenizer, torch.device(spot.device))


def _place(source: Source, ready: Ready, device: str | None, dtype: str | None) -> hardware.Place:
    """Dónde va; si no cabe, se sueltan antes los grandes que hubiera guardados."""
    if source.kind == POCKET:
        return hardware.Place(device or "cpu", dtype or "float32", 0)
    wanted = {"device": device, "dtype": dtype, "kind": ready.kind, "role": ready.role, "gguf": source.kind == GGUF}
    try:
        return hardware.place(source.name, ready.parameters, **wanted)
    except ModelError:
        forget(small=False)
        return hardware.place(source.name, ready.parameters, **wanted)


def _announce(source: Source, ready: Ready, spot: hardware.Place) -> None:
    fetched = f", {hardware.size_text(ready.where.bytes)} por descargar" if isinstance(ready.where, hub.Remote) else ""
    print(f"«{source.name}»: {hardware.count_text(ready.parameters)} de parámetros{fetched}; ocupará unos "
          f"{hardware.size_text(spot.needed)} de memoria en {hardware.shown(spot.device)}, en {spot.dtype}.", flush=True)  # fmt: skip
