"""Los vectores de entrada de un modelo: qué palabras tiene enteras, quién está cerca de quién y cómo se ven en un plano."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course_utils import tokens

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from course_utils.models import LanguageModel

FEWEST_FOR_TSNE = 5
SHORTEST = 3  # letras: por debajo, casi todo son trozos de palabra


@dataclass(frozen=True)
class Neighbour:
    """Una fila de la tabla y su coseno con el vector por el que se preguntaba."""

    index: int
    cosine: float


@dataclass(frozen=True)
class Projection:
    """Cada vector, en el plano: N puntos (N, 2) y qué parte de la varianza conserva cada eje (nada en t-SNE, que no la mide)."""

    points: np.ndarray
    explained: tuple[float, ...] = ()


def table(model: LanguageModel | PreTrainedModel) -> np.ndarray:
    """La tabla de embeddings de entrada de cualquier modelo de transformers: una fila por token, (V, d), en float32."""
    network = getattr(model, "model", model) if hasattr(model, "tokenizer") else model
    layer = network.get_input_embeddings() if hasattr(network, "get_input_embeddings") else None
    if layer is None or not hasattr(layer, "weight"):
        raise ValueError(f"En un objeto {type(model).__name__} no hay tabla de embeddings: dame lo que devuelve models.load.")
    return layer.weight.detach().float().cpu().numpy()


def whole_words(tokenizer: PreTrainedTokenizerFast, *, limit: int | None = None) -> dict[str, int]:
    """Las palabras que el tokenizador guarda enteras y su id, por orden de id (en BPE, de la más a la menos frecuente).

    Una palabra es un token que empieza por espacio y sigue solo con letras, tres al menos. limit: cuántas como mucho.
    """
    found: dict[str, int] = {}
    for token_id in range(len(tokenizer)):
        if limit is not None and len(found) >= limit:
            break
        text = tokens.piece(tokenizer, token_id)
        word = text[1:]
        if text[:1] == " " and len(word) >= SHORTEST and word.isalpha():
            found.setdefault(word, token_id)
    return found


def word_ids(tokenizer: PreTrainedTokenizerFast, word: str) -> list[int]:
    """Los ids de una palabra en medio de una frase, con su espacio delante: uno solo si el tokenizador la tiene entera."""
    word = tokens.clean(word).strip()
    if not word:
        raise ValueError("Falta la palabra: escribe una, como «zorra».")
    found = tokens.ids(tokenizer, f" {word}")
    bare = tokens.ids(tokenizer, word)
    return bare if len(bare) < len(found) else found


def cosines(vectors: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """El coseno de un vector (d,) con cada fila de una tabla (V, d): 1 si apuntan igual, 0 si no tienen que ver. Con el vector nulo, 0."""
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(vector)
    return np.divide(vectors @ vector, lengths, out=np.zeros(len(vectors)), where=lengths > 0)


def neighbours(vectors: np.ndarray, vector: np.ndarray, *, k: int = 8, exclude: Sequence[int] = ()) -> list[Neighbour]:
    """Las k filas más parecidas a un vector, de más a menos coseno, sin contar las de `exclude`."""
    found = cosines(vectors, vector)
    found[list(exclude)] = -np.inf
    best = np.argsort(-found, kind="stable")[: max(min(k, len(found) - len(set(exclude))), 0)]
    return [Neighbour(int(i), float(found[i])) for i in best]


def analogy(vectors: np.ndarray, a: int, b: int, c: int, *, k: int = 5) -> list[Neighbour]:
    """«a es a b como c es a…»: las filas más cercanas a b − a + c, sin contar las tres de la pregunta (Mikolov y otros, 2013)."""
    return neighbours(vectors, vectors[b] - vectors[a] + vectors[c], k=k, exclude=(a, b, c))


def pca(vectors: np.ndarray, *, axes: int = 2) -> Projection:
    """Componentes principales a mano: se centran los vectores y se miran desde las `axes` direcciones en que más varían.

    El signo de cada eje, que PCA deja libre, se fija para que su coordenada mayor sea positiva.
    """
    centred = _table(vectors) - np.mean(vectors, axis=0)  # (N, d)
    _, sizes, directions = np.linalg.svd(centred, full_matrices=False)  # directions: (min(N, d), d), las filas son los ejes
    points = _padded(centred @ directions[:axes].T, axes)
    largest = points[np.abs(points).argmax(axis=0), range(axes)]
    total = float((sizes**2).sum())
    shares = [float(size**2) / total if total else 0.0 for size in sizes[:axes]]
    return Projection(points * np.where(largest < 0, -1, 1), tuple(shares + [0.0] * (axes - len(shares))))


def tsne(vectors: np.ndarray, *, seed: int = 0, perplexity: float = 15.0) -> Projection:
    """t-SNE de scikit-learn sobre vectores de longitud 1 (así cerca es coseno alto): conserva los vecinos, no las distancias largas.

    perplexity: cuántos vecinos mira cada punto, más o menos. Con la misma semilla sale el mismo mapa. Pide cinco vectores al menos.
    """
    vectors = _table(vectors)
    if len(vectors) < FEWEST_FOR_TSNE:
        raise ValueError(f"t-SNE necesita al menos {FEWEST_FOR_TSNE} palabras y hay {len(vectors)}: añade más o usa PCA.")
    from sklearn.manifold import TSNE

    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    made = TSNE(perplexity=min(perplexity, (len(vectors) - 1) / 3), init="pca", random_state=seed, n_jobs=1)
    return Projection(made.fit_transform(vectors / np.where(lengths > 0, lengths, 1)))


def project(vectors: np.ndarray, how: str = "pca", *, seed: int = 0) -> Projection:
    """El mapa en el plano, con «pca» o con «tsne»."""
    methods: Mapping[str, object] = {"pca": lambda: pca(vectors), "tsne": lambda: tsne(vectors, seed=seed)}
    if how not in methods:
        raise ValueError(f"No conozco la proyección «{how}»: usa «pca» o «tsne».")
    return methods[how]()


def _table(vectors: np.ndarray) -> np.ndarray:
    vectors = np.asarray(vectors, dtype=np.float64)
    if vectors.ndim != 2 or not len(vectors):
        raise ValueError(f"Para dibujar un mapa hace falta una tabla con un vector por fila, y esta es de forma {vectors.shape}.")
    return vectors


def _padded(points: np.ndarray, axes: int) -> np.ndarray:
    """Con un solo vector no hay segundo eje: se completa con ceros."""
    return np.pad(points, ((0, 0), (0, axes - points.shape[1])))
