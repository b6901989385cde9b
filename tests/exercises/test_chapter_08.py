"""Capítulo 8: respuestas como las que escribe quien aprende, y lo que deben leer al comprobarlas."""

import itertools
import math
from collections import Counter

import pytest
import torch

from course_utils.exercises import chapter_08 as ejercicios

FIN = "(fin)"


def attend(Q, K, V, divisor=None, dim=-1):
    return torch.softmax(Q @ K.T / (divisor or math.sqrt(Q.shape[-1])), dim=dim) @ V


def sides(q, k, v):
    """Consultas, claves y valores sacados del lado que se diga: 0 es el decodificador y 1 el codificador."""
    return lambda d, c, W_q, W_k, W_v: attend((d, c)[q] @ W_q, (d, c)[k] @ W_k, (d, c)[v] @ W_v)


def only_weights(d, c, W_q, W_k, W_v):
    Q, K = d @ W_q, c @ W_k
    return torch.softmax(Q @ K.T / math.sqrt(Q.shape[-1]), -1)


def forced_only_in_training(objetivo, predichos, inicio, entrenando):
    return [inicio] + (objetivo if entrenando else predichos)[:-1]


def always_forced(objetivo, predichos, inicio, entrenando):
    return [inicio] + objetivo[:-1]


def never_forced(objetivo, predichos, inicio, entrenando):
    return [inicio, *predichos[:-1]]


def the_target_itself(objetivo, predichos, inicio, entrenando):
    return objetivo if entrenando else predichos


def to_the_left(objetivo, predichos, inicio, entrenando):
    return the_target_itself(objetivo, predichos, inicio, entrenando)[1:] + [inicio]


def without_start(objetivo, predichos, inicio, entrenando):
    return the_target_itself(objetivo, predichos, inicio, entrenando)[:-1]


def one_too_many(objetivo, predichos, inicio, entrenando):
    return [inicio] + the_target_itself(objetivo, predichos, inicio, entrenando)


def puts_it_in_place(objetivo, predichos, inicio, entrenando):
    lista = the_target_itself(objetivo, predichos, inicio, entrenando)
    lista.insert(0, inicio)
    lista.pop()
    return lista


def children(hipotesis, siguientes, add=lambda s, x: s + x, finished=lambda h: h[0][-1:] == [FIN]):
    return [
        [h] if finished(h) else [(h[0] + [token], add(h[1], x)) for token, x in siguiente.items()]
        for h, siguiente in zip(hipotesis, siguientes)
    ]


def ranked(candidates, k, alfa):
    return sorted(candidates, key=lambda h: h[1] / len(h[0]) ** alfa, reverse=True)[:k]


def beam(hipotesis, siguientes, k, alfa, **how):
    return ranked(itertools.chain(*children(hipotesis, siguientes, **how)), k, alfa)


def k_for_each(hipotesis, siguientes, k, alfa):
    return [h for family in children(hipotesis, siguientes) for h in ranked(family, k, alfa)]


def best_of_each(hipotesis, siguientes, k, alfa):
    return ranked([max(family, key=lambda h: h[1]) for family in children(hipotesis, siguientes)], k, alfa)


def drops_finished(hipotesis, siguientes, k, alfa):
    live = [(h, s) for h, s in zip(hipotesis, siguientes) if h[0][-1:] != [FIN]]
    return beam([h for h, _ in live], [s for _, s in live], k, alfa)


def normalized_scores(hipotesis, siguientes, k, alfa):
    return [(tokens, total / len(tokens) ** alfa) for tokens, total in beam(hipotesis, siguientes, k, alfa)]


def only_tokens(hipotesis, siguientes, k, alfa):
    return [tokens for tokens, _ in beam(hipotesis, siguientes, k, alfa)]


def generate(prompt, siguiente, fin, maximo):
    new = []
    while len(new) < maximo:
        new.append(siguiente(prompt + new))
        if new[-1] == fin:
            return new
    return new


def without_the_end(prompt, siguiente, fin, maximo):
    new = []
    while len(new) < maximo:
        token = siguiente(prompt + new)
        if token == fin:
            break
        new.append(token)
    return new


def total_length(prompt, siguiente, fin, maximo):
    tokens = list(prompt)
    while len(tokens) < maximo:
        tokens.append(siguiente(tokens))
        if tokens[-1] == fin:
            break
    return tokens[len(prompt) :]


def grows_the_prompt(prompt, siguiente, fin, maximo):
    new = []
    for _ in range(maximo):
        new.append(siguiente(prompt))
        prompt.append(new[-1])
        if new[-1] == fin:
            break
    return new


def without_maximum(prompt, siguiente, fin, maximo):
    new = [siguiente(prompt)]
    while new[-1] != fin:
        new.append(siguiente(prompt + new))
    return new


def without_end(prompt, siguiente, fin, maximo):
    new = []
    for _ in range(maximo):
        new.append(siguiente(prompt + new))
    return new


def end_anywhere(prompt, siguiente, fin, maximo):
    tokens = list(prompt)
    while fin not in tokens and len(tokens) - len(prompt) < maximo:
        tokens.append(siguiente(tokens))
    return tokens[len(prompt) :]


def only_new_tokens(prompt, siguiente, fin, maximo):
    new = [siguiente(prompt)]
    while len(new) < maximo and new[-1] != fin:
        new.append(siguiente(new))
    return new


def one_more(prompt, siguiente, fin, maximo):
    return generate(prompt, siguiente, fin, maximo + 1)


def grams(words, n):
    return [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]


def no_clipping(hipotesis, referencia, n):
    mine = grams(hipotesis, n)
    return sum(gram in grams(referencia, n) for gram in mine) / len(mine) if mine else 0


def clipped(hipotesis, referencia, n):
    return (Counter(grams(hipotesis, n)) & Counter(grams(referencia, n))).total()


def recall(hipotesis, referencia, n):
    return clipped(hipotesis, referencia, n) / max(1, len(grams(referencia, n)))


def with_sets(hipotesis, referencia, n):
    mine = set(grams(hipotesis, n))
    return len(mine & set(grams(referencia, n))) / len(mine) if mine else 0


def over_words(hipotesis, referencia, n):
    return clipped(hipotesis, referencia, n) / len(hipotesis)


def removes_what_it_finds(hipotesis, referencia, n):
    mine, left, right = grams(hipotesis, n), grams(referencia, n), 0
    for gram in mine:
        if gram in left:
            left.remove(gram)
            right += 1
    return right / len(mine) if mine else 0


WRONG = [
    (ejercicios.atencion_cruzada, sides(1, 0, 0), "¿quién es el que pregunta?"),
    (ejercicios.atencion_cruzada, sides(0, 0, 0), "autoatención del decodificador"),
    (ejercicios.atencion_cruzada, sides(1, 1, 1), "autoatención del codificador"),
    (ejercicios.atencion_cruzada, sides(0, 1, 0), "salen de frases distintas"),
    (ejercicios.atencion_cruzada, sides(0, 0, 1), "salen de frases distintas"),
    (ejercicios.atencion_cruzada, only_weights, "recoger los valores del codificador"),
    (ejercicios.atencion_cruzada, lambda d, c, q, k, v: attend(d, c, c), "Falta proyectar"),
    (ejercicios.atencion_cruzada, lambda d, c, q, k, v: attend(d @ q, c @ k, c @ v, divisor=1), "Falta la raíz de d_k"),
    (ejercicios.atencion_cruzada, lambda d, c, q, k, v: attend(d @ q, c @ k, c @ v, dim=0), "su fila tiene que sumar 1"),
    (ejercicios.atencion_cruzada, lambda d, c, q, k, v: attend(d @ q, c @ k, c @ v, divisor=d.shape[-1] ** 0.5), "ancho del modelo"),
    (ejercicios.entrada, always_forced, "cuando el modelo trabaja solo"),
    (ejercicios.entrada, never_forced, "aunque haya fallado"),
    (ejercicios.entrada, the_target_itself, "solo aprendería a copiarlo"),
    (ejercicios.entrada, to_the_left, "hacia el otro lado"),
    (ejercicios.entrada, without_start, "Falta el token de inicio"),
    (ejercicios.entrada, one_too_many, "Te sobra un paso"),
    (ejercicios.entrada, puts_it_in_place, "modifica lo que recibe"),
    (ejercicios.entrada, lambda o, p, i, e: " ".join(o), "hace falta una lista de tokens"),
    (ejercicios.entrada, lambda o, p, i, e: [[i], o[:-1]], "donde hace falta un token"),
    (ejercicios.haz, lambda *given: beam(*given, add=lambda s, x: s * x), "sus logaritmos, ¿qué?"),
    (ejercicios.haz, lambda *given: beam(*given, add=lambda s, x: x), "solo cuenta el último token"),
    (ejercicios.haz, lambda *given: beam(*given, finished=lambda h: False), "Alargas hipótesis que ya habían acabado"),
    (ejercicios.haz, k_for_each, "Dejas k por cada hipótesis"),
    (ejercicios.haz, best_of_each, "decodificaciones voraces en paralelo"),
    (ejercicios.haz, drops_finished, "Tiras las hipótesis acabadas"),
    (ejercicios.haz, lambda h, s, k, alfa: beam(h, s, k, 0), "no normalizas por la longitud"),
    (ejercicios.haz, normalized_scores, "devuelves la puntuación normalizada"),
    (ejercicios.haz, lambda *given: beam(*given)[::-1], "la mejor va la última"),
    (ejercicios.haz, only_tokens, "donde hace falta una pareja (tokens, suma)"),
    (ejercicios.haz, lambda *given: beam(*given)[:1], "devuelve 1 hipótesis y deberían ser 2"),
    (ejercicios.haz, lambda *given: [(t, -s) for t, s in beam(*given)], "tu hipótesis 1 es `['the', 'otter']` con 0,7"),
    (ejercicios.parada, without_the_end, "él también es un token nuevo"),
    (ejercicios.parada, total_length, "`max_new_tokens`, no `max_length`"),
    (ejercicios.parada, without_end, "No haces caso del token de fin"),
    (ejercicios.parada, without_maximum, "Solo te para el token de fin"),
    (ejercicios.parada, end_anywhere, "un token de fin que estaba en el prompt"),
    (ejercicios.parada, one_more, "generas uno de más"),
    (ejercicios.parada, lambda p, s, fin, n: p + generate(p, s, fin, n), "Devuelves también el prompt"),
    (ejercicios.parada, only_new_tokens, "siguiente necesita el prompt y, detrás, todos los tokens nuevos"),
    (ejercicios.parada, grows_the_prompt, "modifica lo que recibe"),
    (ejercicios.precision_bleu, no_clipping, "Falta el recorte"),
    (ejercicios.precision_bleu, recall, "eso es la cobertura"),
    (ejercicios.precision_bleu, with_sets, "Con conjuntos cada n-grama cuenta una vez"),
    (ejercicios.precision_bleu, over_words, "Divides entre el número de palabras"),
    (ejercicios.precision_bleu, clipped, "Falta decir de cuántos"),
    (ejercicios.precision_bleu, lambda h, r, n: clipped(h, r, n) / (len(h) - n + 1), "Con una palabra no hay ninguna pareja"),
]  # fmt: skip


RIGHT = [
    (ejercicios.atencion_cruzada, lambda d, c, q, k, v: torch.nn.functional.scaled_dot_product_attention(d @ q, c @ k, c @ v)),
    (ejercicios.entrada, forced_only_in_training),
    (ejercicios.entrada, lambda *given: tuple(forced_only_in_training(*given))),
    (ejercicios.haz, beam),
    (ejercicios.haz, lambda *given: tuple((tuple(tokens), torch.tensor(total)) for tokens, total in beam(*given))),
    (ejercicios.parada, generate),
    (ejercicios.parada, lambda p, s, fin, n: without_maximum(p, s, fin, n) if n == 8 else generate(p, s, fin, n)),
    (ejercicios.precision_bleu, removes_what_it_finds),
]  # fmt: skip


def test_the_forced_entry_is_the_one_of_marian():
    from transformers.models.marian.modeling_marian import shift_tokens_right

    target = [5, 9, 7, 2]
    shifted = shift_tokens_right(torch.tensor([target]), pad_token_id=1, decoder_start_token_id=1)[0]
    assert ejercicios.entrada.truth(target, [5, 5, 5, 2], 1, True) == shifted.tolist()


def test_a_wide_enough_beam_finds_the_best_of_all_and_a_beam_of_one_is_greedy():
    following = {"a": math.log(0.6), "b": math.log(0.4)}, {"a": {"a": -1.2, "b": -1.1}, "b": {"a": -0.1, "b": -3.0}}
    first, second = following
    everything = {(x, y): first[x] + second[x][y] for x in first for y in second[x]}

    def search(k):
        step = ejercicios.haz.truth([([], 0.0)], [first], k, 0.0)
        return ejercicios.haz.truth(step, [second[tokens[-1]] for tokens, _ in step], k, 0.0)[0]

    best = max(everything, key=everything.get)
    assert search(4) == (list(best), everything[best]) and best == ("b", "a")
    assert search(1)[0] == ["a", "b"]


def test_the_precision_is_the_one_of_sacrebleu():
    import sacrebleu

    pairs = [("the the the the the", "the gray otter is by the river today"), ("a otter a otter a frog", "a otter and a frog")]
    pairs += [("the gray otter sings by the river", "the gray otter sings and the frog sings by the river too")]
    for hypothesis, reference in pairs:
        found = sacrebleu.sentence_bleu(hypothesis, [reference], tokenize="none", smooth_method="none").precisions
        ours = [100 * ejercicios.precision_bleu.truth(hypothesis.split(), reference.split(), n) for n in (1, 2, 3, 4)]
        assert ours == pytest.approx(found)
