"""Capítulo 7: respuestas como las que escribe quien aprende, con torch, y lo que deben leer al comprobarlas."""

import json
import math
from collections import Counter

import numpy as np
import torch

from course_utils.exercises import chapter_07 as ejercicios

INF = float("inf")


def count(palabras, weigh=True):
    pairs = Counter()
    for trozos, veces in palabras:
        for pair in zip(trozos, trozos[1:]):
            pairs[pair] += veces if weigh else 1
    return pairs


def join(trozos, pair, skip=True):
    new, i = [], 0
    while i < len(trozos):
        fits = tuple(trozos[i : i + 2]) == pair
        new.append("".join(pair) if fits else trozos[i])
        i += 2 if fits and skip else 1
    return new


def every_word(palabras, pair, join=join):
    return [join(trozos, pair) for trozos, _ in palabras]


def best_pair(palabras):
    return count(palabras).most_common(1)[0][0]


def right_bpe(palabras):
    return every_word(palabras, best_pair(palabras))


def each_word_once(palabras):
    return every_word(palabras, count(palabras, weigh=False).most_common(1)[0][0])


def first_pair(palabras):
    return every_word(palabras, tuple(palabras[0][0][:2]) if len(palabras[0][0]) > 1 else tuple(palabras[1][0][:2]))


def does_not_skip(palabras):
    return every_word(palabras, best_pair(palabras), lambda trozos, pair: join(trozos, pair, skip=False))


def overlaps(palabras):
    def join_all(trozos, pair):
        new = []
        for i in range(len(trozos)):
            if tuple(trozos[i : i + 2]) == pair:
                new.append("".join(pair))
            elif i == 0 or tuple(trozos[i - 1 : i + 1]) != pair:
                new.append(trozos[i])
        return new

    return every_word(palabras, best_pair(palabras), join_all)


def one_per_word(palabras):
    def join_once(trozos, pair):
        for i in range(len(trozos) - 1):
            if (trozos[i], trozos[i + 1]) == pair:
                return trozos[:i] + ["".join(pair)] + trozos[i + 2 :]
        return trozos

    return every_word(palabras, best_pair(palabras), join_once)


def in_place(palabras):
    pair = best_pair(palabras)
    for trozos, _ in palabras:
        trozos[:] = join(trozos, pair)
    return [trozos for trozos, _ in palabras]


def attention(divisor, dim=-1):
    return lambda Q, K: torch.softmax(Q @ K.T / divisor(Q, K), dim=dim)


def root(Q, K):
    return math.sqrt(Q.shape[-1])


def exponential_by_hand(Q, K):
    e = torch.exp(Q @ K.T / root(Q, K))
    return e / e.sum(-1, keepdim=True)


def cosine(Q, K):
    return torch.softmax(torch.nn.functional.cosine_similarity(Q[:, None], K[None], dim=-1), dim=-1)


def hide(puntuaciones, diagonal, value):
    return puntuaciones.masked_fill(torch.ones_like(puntuaciones).triu(diagonal).bool(), value)


def multiplied_mask(puntuaciones):
    return torch.softmax(puntuaciones + torch.ones_like(puntuaciones).triu(1) * -INF, dim=-1)


def added_mask(puntuaciones):
    T = len(puntuaciones)
    return torch.softmax(puntuaciones + torch.full((T, T), -INF).triu(1), dim=-1)


def hides_after_sharing(puntuaciones):
    p = torch.softmax(puntuaciones, -1).tril()
    return p / p.sum(-1, keepdim=True)


def hides_in_place(puntuaciones):
    puntuaciones[torch.ones_like(puntuaciones).triu(1).bool()] = -INF
    return torch.softmax(puntuaciones, -1)


def post_norm(x, norma_1, atencion, norma_2, red):
    x = norma_1(x + atencion(x))
    return norma_2(x + red(x))


def no_sums(x, norma_1, atencion, norma_2, red):
    return red(norma_2(atencion(norma_1(x))))


def forgets_the_second_sum(x, norma_1, atencion, norma_2, red):
    x = x + atencion(norma_1(x))
    return red(norma_2(x))


def sums_the_first_x(x, norma_1, atencion, norma_2, red):
    y = x + atencion(norma_1(x))
    return x + red(norma_2(y))


def parallel(x, norma_1, atencion, norma_2, red):
    return x + atencion(norma_1(x)) + red(norma_2(x))


def replaces_x(x, norma_1, atencion, norma_2, red):
    x = norma_1(x)
    x = x + atencion(x)
    x = norma_2(x)
    return x + red(x)


WRONG = [
    (ejercicios.paso_de_bpe, each_word_once, "¿qué haces con el número que la acompaña?"),
    (ejercicios.paso_de_bpe, first_pair, "la primera pareja que encuentras"),
    (ejercicios.paso_de_bpe, does_not_skip, "¿Cuánto hay que avanzar después de unir?"),
    (ejercicios.paso_de_bpe, overlaps, "solo puede ir en una"),
    (ejercicios.paso_de_bpe, one_per_word, "Hay que unirlas todas"),
    (ejercicios.paso_de_bpe, in_place, "modifica lo que recibe"),
    (ejercicios.paso_de_bpe, best_pair, "hace falta una lista de listas de tokens"),
    (ejercicios.paso_de_bpe, lambda ps: right_bpe(ps)[:1], "el número de listas que devuelve es 1 y debería ser 3"),
    (ejercicios.paso_de_bpe, lambda ps: [(t, n) for t, (_, n) in zip(right_bpe(ps), ps)], "donde hace falta un token"),
    (ejercicios.atencion, attention(lambda Q, K: 1), "Falta la raíz de d_k"),
    (ejercicios.atencion, attention(lambda Q, K: Q.shape[-1]), "¿como qué?"),
    (ejercicios.atencion, attention(lambda Q, K: len(K) ** 0.5), "según el número de tokens"),
    (ejercicios.atencion, attention(root, dim=0), "¿qué `dim` le toca?"),
    (ejercicios.atencion, attention(lambda Q, K: 1, dim=0), "¿qué `dim` le toca?"),
    (ejercicios.atencion, lambda Q, K: torch.softmax(Q @ K.T, -1) / root(Q, K), "antes de repartir"),
    (ejercicios.atencion, lambda Q, K: Q @ K.T / root(Q, K), "Falta convertir cada fila"),
    (ejercicios.atencion, lambda Q, K: torch.softmax(K @ Q.T / root(Q, K), -1), "cambiadas la consulta y la clave"),
    (ejercicios.atencion, exponential_by_hand, "desborda"),
    (ejercicios.atencion, cosine, "Mides el coseno"),
    (ejercicios.atencion, lambda Q, K: torch.softmax(Q @ K / root(Q, K), -1), "RuntimeError"),
    (ejercicios.mascara, lambda z: torch.softmax(z, -1), "No has tapado nada"),
    (ejercicios.mascara, lambda z: torch.softmax(z.tril(), -1), "e⁰ = 1"),
    (ejercicios.mascara, lambda z: torch.softmax(hide(z, 1, -1e-9), -1), "e⁰ = 1"),
    (ejercicios.mascara, lambda z: torch.softmax(hide(z, 1, -100), -1), "Lo tapado aún recibe algo"),
    (ejercicios.mascara, lambda z: torch.softmax(hide(z, 0, -INF), -1), "La diagonal se ve"),
    (ejercicios.mascara, lambda z: torch.softmax(z.masked_fill(torch.ones_like(z).tril(-1).bool(), -INF), -1), "del revés"),
    (ejercicios.mascara, lambda z: torch.softmax(z, -1).tril(), "Tapas después de repartir"),
    (ejercicios.mascara, lambda z: torch.softmax(hide(z, 1, -INF), 0), "softmax va por columnas"),
    (ejercicios.mascara, multiplied_mask, "0 · inf no es 0"),
    (ejercicios.mascara, hides_after_sharing, "nan no es un número"),
    (ejercicios.mascara, hides_in_place, "modifica lo que recibe"),
    (ejercicios.cabezas, lambda z: z.reshape(z.shape[1], -1), "has mezclado tokens"),
    (ejercicios.cabezas, lambda z: z.transpose(1, 2).reshape(z.shape[1], -1), "has mezclado tokens"),
    (ejercicios.cabezas, lambda z: z.sum(0), "Sumas las cabezas"),
    (ejercicios.cabezas, lambda z: z.mean(0), "la media de las cabezas"),
    (ejercicios.cabezas, lambda z: torch.cat(list(z), dim=0), "una debajo de otra"),
    (ejercicios.cabezas, lambda z: z.permute(1, 2, 0).reshape(z.shape[1], -1), "entrelazados"),
    (ejercicios.cabezas, lambda z: z.transpose(0, 1), "Falta quitar un eje"),
    (ejercicios.cabezas, lambda z: z.transpose(0, 1).view(z.shape[1], -1), "se detiene en su línea 1 con RuntimeError"),
    (ejercicios.bloque, post_norm, "transformer de 2017"),
    (ejercicios.bloque, no_sums, "Faltan las sumas"),
    (ejercicios.bloque, forgets_the_second_sum, "Falta una de las dos sumas"),
    (ejercicios.bloque, sums_the_first_x, "¿A qué se suma la segunda vez?"),
    (ejercicios.bloque, parallel, "una detrás de otra"),
    (ejercicios.bloque, replaces_x, "Sumas sobre lo ya normalizado"),
    (ejercicios.bloque, lambda x, n1, a, n2, r: x + a(n1(x)), "a mitad de camino"),
]  # fmt: skip


RIGHT = [
    (ejercicios.paso_de_bpe, right_bpe),
    (ejercicios.paso_de_bpe, lambda ps: tuple(map(tuple, right_bpe(ps)))),
    (ejercicios.atencion, lambda Q, K: torch.nn.functional.scaled_dot_product_attention(Q, K, torch.eye(len(K)))),
    (ejercicios.atencion, lambda Q, K: torch.einsum("id,jd->ij", Q, K).div(Q.shape[-1] ** 0.5).softmax(1)),
    (ejercicios.mascara, added_mask),
    (ejercicios.mascara, lambda z: torch.softmax(hide(z, 1, -1e9), -1)),
    (ejercicios.mascara, lambda z: [torch.softmax(row[: i + 1], 0).tolist() + [0] * (len(z) - i - 1) for i, row in enumerate(z)]),
    (ejercicios.cabezas, lambda z: torch.cat(list(z), dim=-1)),
    (ejercicios.cabezas, lambda z: np.concatenate(list(z.numpy()), axis=1)),
    (ejercicios.cabezas, lambda z: z.transpose(0, 1).flatten(1)),
    (ejercicios.bloque, lambda x, n1, a, n2, r: (y := x + a(n1(x))) + r(n2(y))),
]  # fmt: skip


def test_the_merge_is_the_first_one_a_real_tokenizer_learns():
    """La misma pareja que elige el entrenador de `tokenizers` con el texto entero."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    for (words,) in (case.given for case in ejercicios.paso_de_bpe.cases):
        if any(len(piece) > 1 for pieces, _ in words for piece in pieces):
            continue  # parte de uniones anteriores
        text = " ".join(" ".join(["".join(pieces)] * times) for pieces, times in words)
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
        trainer = trainers.BpeTrainer(vocab_size=len(set(text) - {" "}) + 1, show_progress=False)
        tokenizer.train_from_iterator([text], trainer)
        assert len(json.loads(tokenizer.to_str())["model"]["merges"]) == 1
        assert [tokenizer.encode("".join(pieces)).tokens for pieces, _ in words] == ejercicios.paso_de_bpe.truth(words)


def test_the_block_is_the_one_of_gpt2():
    """La solución, con las capas de un bloque de transformers, da lo mismo que el bloque."""
    from transformers import GPT2Config
    from transformers.models.gpt2.modeling_gpt2 import GPT2Block

    torch.manual_seed(0)
    block = GPT2Block(GPT2Config(n_embd=8, n_head=2, attn_implementation="eager"), layer_idx=0).eval()
    names = {}
    exec(ejercicios.bloque.code, names)
    x = torch.randn(1, 3, 8)
    mine = names["un_bloque"](x, block.ln_1, lambda y: block.attn(y)[0], block.ln_2, block.mlp)
    torch.testing.assert_close(mine, block(x))
