"""Lo que puede fallar al bajar o cargar un modelo, dicho en una frase: qué ha pasado y qué hacer."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from course_utils.models.errors import ModelError, WindowError

CARRIERS = ("httpx", "httpx2", "requests", "urllib3")   # con qué habla huggingface_hub, según su versión
LATER = "espera un rato y vuelve a ejecutar la celda"


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Dentro, lo que falle sale como un ModelError de una frase sobre el modelo `name`."""
    try:
        yield
    except ModelError:
        raise
    except Exception as error:
        raise ModelError(sentence(error, name)) from error


def sentence(error: BaseException, name: str) -> str:
    """La frase que explica un error de la descarga o de la carga de un modelo."""
    for explain in (_of_the_repository, _of_the_answer, _of_the_machine, _of_the_connection):
        for found in _chain(error):
            if said := explain(found, name):
                return said
    return f"No se ha podido cargar «{name}» ({type(error).__name__}): comprueba el nombre o usa otro modelo."


def halfway(error: BaseException, name: str) -> str | None:
    """La frase de lo que falla con un modelo ya cargado, si es que no cabe; None si es otra cosa."""
    if isinstance(error, WindowError):
        return (f"«{name}» no lee más de {error.window} tokens de una vez y aquí hacen falta {error.needed}: "
                "para verlo entero, elige uno con una ventana mayor.")  # fmt: skip
    if _full_gpu(error):
        return f"A «{name}» se le ha acabado la memoria de la GPU a mitad de la celda: cierra otros cuadernos o elige uno más pequeño."
    if _full_memory(error):
        return f"A «{name}» se le ha acabado la memoria a mitad de la celda: cierra otros programas o elige uno más pequeño."
    return None


def _full_gpu(error: BaseException) -> bool:
    return "OutOfMemoryError" in kinds(error) or ("RuntimeError" in kinds(error) and "out of memory" in str(error).lower())


def _full_memory(error: BaseException) -> bool:
    return isinstance(error, MemoryError) or ("RuntimeError" in kinds(error) and "can't allocate memory" in str(error))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """El error y los que lo causaron, del de fuera al de dentro."""
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def kinds(error: BaseException) -> set[str]:
    """Los nombres de la clase de un error y de las que hereda: así no hay que importar a quien lo lanza."""
    return {kind.__name__ for kind in type(error).__mro__}


def _of_the_repository(error: BaseException, name: str) -> str | None:
    """Lo que huggingface_hub sabe decir del modelo pedido."""
    names = kinds(error)
    if "GatedRepoError" in names:
        return (f"«{name}» pide aceptar sus condiciones: acéptalas con tu cuenta en https://huggingface.co/{name} y pon tu clave en la "
                "variable de entorno HF_TOKEN, o usa otro modelo.")  # fmt: skip
    if "DisabledRepoError" in names:
        return f"Hugging Face ha retirado «{name}»: usa otro modelo."
    if "RevisionNotFoundError" in names:
        return f"Hugging Face ya no tiene la revisión de «{name}» que usa el curso: pon su identificador completo, o usa otro modelo."
    if "RepositoryNotFoundError" in names:
        return (f"En Hugging Face no hay ningún modelo «{name}», ni aquí una carpeta que se llame así: revisa el nombre o, si es privado, "
                "pon tu clave en HF_TOKEN.")  # fmt: skip
    if "HFValidationError" in names:
        return f"«{name}» no puede ser el nombre de un modelo: se escriben como «HuggingFaceTB/SmolLM2-135M»."
    if "OfflineModeIsEnabled" in names:
        return f"«{name}» no está descargado entero y HF_HUB_OFFLINE no deja salir a la red: quítala o da la ruta de una carpeta."
    return None


def _of_the_answer(error: BaseException, name: str) -> str | None:
    """Lo que contesta el servidor, por su número."""
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status == 429:
        return f"Hugging Face pide ir más despacio (error 429) y no da «{name}»: {LATER}, mejor con tu clave en HF_TOKEN."
    if status in (401, 403):
        return f"Hugging Face no te deja leer «{name}» (error {status}): revisa la clave de HF_TOKEN, o usa otro modelo."
    if status is not None and status >= 500:
        return f"Hugging Face está fallando (error {status}) y no da «{name}»: {LATER}."
    return f"Hugging Face no da «{name}» (error {status}): revisa el nombre o usa otro modelo." if status is not None else None


def _of_the_connection(error: BaseException, name: str) -> str | None:
    names, homes = kinds(error), {kind.__module__.split(".")[0] for kind in type(error).__mro__}
    cut = "la conexión se ha cortado mientras se bajaba"
    if names & {"IncompleteSnapshotError", "XetDownloadError", "FileMetadataError", "IncompleteRead", "RemoteProtocolError"}:
        return f"«{name}» está a medio descargar, porque {cut}: vuelve a ejecutar la celda y seguirá donde estaba."
    if names & {"LocalEntryNotFoundError"}:
        return f"«{name}» no está descargado y no hay conexión con Hugging Face: revisa la red, o da la ruta de una carpeta."
    slow = names & {"TimeoutException", "TimeoutError", "Timeout"}
    if slow or names & {"ConnectError", "ConnectionError", "gaierror", "ProxyError", "SSLError"}:
        why = "tarda demasiado en contestar" if slow else "no contesta"
        return f"Hugging Face {why} y «{name}» no está descargado: revisa la conexión, o da la ruta de una carpeta."
    if homes & set(CARRIERS):
        return f"«{name}» no se ha podido descargar, porque {cut}: vuelve a ejecutar la celda y seguirá donde estaba."
    return None


def _of_the_machine(error: BaseException, name: str) -> str | None:
    """Sin disco, sin permiso o sin memoria."""
    if _full_gpu(error):
        return f"«{name}» no cabe en la memoria de la GPU: libera otros modelos con models.forget(), usa device='cpu' o uno más pequeño."
    if _full_memory(error):
        return f"«{name}» no cabe en la memoria: libera otros modelos con models.forget() o usa uno más pequeño."
    number = getattr(error, "errno", None)
    if number in (errno.ENOSPC, errno.EDQUOT) or "no space left" in str(error).lower():
        return f"El disco está lleno y «{name}» no cabe: borra algo, o pon en HF_HOME una carpeta de otro disco, y repite."
    if isinstance(error, PermissionError):
        return f"No hay permiso para escribir en «{error.filename or 'la carpeta de las descargas'}»: pon en HF_HOME una carpeta tuya."
    return None
