"""La configuración de cualquier modelo, por su carpeta o por su identificador de Hugging Face: basta su config.json, sin los pesos."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from course_utils.models import public
from course_utils.sizing.public import meta

if TYPE_CHECKING:
    from transformers import PretrainedConfig, PreTrainedModel


HUB, SECONDS = "https://huggingface.co", 10  # dónde se pregunta y lo que se espera
MOST_LAYERS = 1000


class ConfigurationError(RuntimeError):
    """Una configuración que no se puede leer; el mensaje dice qué pasa y qué hacer."""


@dataclass(frozen=True, eq=False)
class Configuration:
    """Un modelo del que solo se sabe la forma: su nombre, la clase de transformers que lo construye y su configuración."""

    name: str
    network: type[PreTrainedModel]
    config: PretrainedConfig

    def meta(self) -> PreTrainedModel:
        """La red entera en el dispositivo «meta»: con formas y sin números."""
        return meta(self.network, self.config)


def configuration(name: str) -> Configuration:
    """La configuración de una carpeta con config.json, de un nombre corto o de un identificador de Hugging Face, que se descarga.

    Son unos pocos kB: los pesos no se bajan. Lanza ConfigurationError, con una frase, si no se encuentra o no hay conexión.
    """
    import transformers

    folder, known = os.path.expanduser(name), public.called(name)
    remote = known.id if known else name
    config = _read(Path(folder)) if os.path.isdir(folder) else _cached(remote) or _downloaded(remote)
    architecture = (config.architectures or ["(ninguna)"])[0]
    network = getattr(transformers, str(architecture), None)
    if (layers := _layers(config)) > MOST_LAYERS:
        raise ConfigurationError(f"La configuración de «{name}» dice que tiene {layers} capas, y no hay modelo con tantas: usa otro.")
    if network is None:
        raise ConfigurationError(f"transformers {transformers.__version__} no tiene la clase «{architecture}» de «{name}»: usa otro.")
    return Configuration(name, network, config)


def _layers(config: PretrainedConfig) -> int:
    """Las capas que dice tener: montarlas, aunque sea sin números, tarda lo suyo."""
    said = config.to_dict().items()
    return max((value for name, value in said if name.endswith(("layers", "n_layer")) and isinstance(value, int)), default=0)


def _read(place: Path | str, *, local: bool = True) -> PretrainedConfig:
    from transformers import AutoConfig

    try:
        return AutoConfig.from_pretrained(place, trust_remote_code=False, local_files_only=local)
    except Exception as error:  # la red, el repositorio y transformers lanzan cada uno los suyos
        raise ConfigurationError(f"En «{place}» no hay un config.json que transformers sepa leer: usa otro modelo.") from error


def _cached(name: str) -> PretrainedConfig | None:
    """La configuración si ya se descargó alguna vez."""
    try:
        return _read(name)
    except ConfigurationError:
        return None


def _downloaded(name: str) -> PretrainedConfig:
    """La configuración desde la red. Antes se pregunta una vez: huggingface_hub, sin conexión, insiste durante medio minuto."""
    if os.environ.get("HF_HUB_OFFLINE", "0").upper() in ("1", "ON", "YES", "TRUE"):
        raise ConfigurationError(f"«{name}» no está descargado y HF_HUB_OFFLINE no deja salir a la red: pon la ruta de una carpeta.")
    address = f"{os.environ.get('HF_ENDPOINT', HUB)}/{quote(name, errors='replace')}/resolve/main/config.json"
    try:
        with urlopen(Request(address, method="HEAD"), timeout=SECONDS):
            pass
    except HTTPError as error:
        raise ConfigurationError(
            f"Hugging Face no da la configuración de «{name}» (error {error.code}): revisa el nombre o el permiso."
        ) from error
    except OSError as error:
        raise ConfigurationError(f"No hay conexión para leer la configuración de «{name}», y no es una carpeta de esta máquina.") from error
    return _read(name, local=False)


def chosen(variable: str) -> Configuration | None:
    """La configuración que elige la variable de entorno `variable`, o None, tras decirlo en una frase, si no hay o no se puede leer."""
    name = os.environ.get(variable, "").strip()
    if not name:
        print(f"Sin modelo real: la variable de entorno {variable} no está puesta. El capítulo sigue igual sin él.")
        return None
    try:
        return configuration(name)
    except ConfigurationError as error:
        print("".join(c if c.isprintable() else "�" for c in str(error)))    # el nombre puede traer cualquier cosa
        return None
