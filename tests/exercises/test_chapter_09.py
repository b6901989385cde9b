"""Capítulo 9: respuestas como las que escribe quien aprende, y lo que deben leer al comprobarlas."""

import numpy as np
import torch

from course_utils.exercises import chapter_09 as ejercicios

MASK = 4


def masks(encoder=torch.ones, decoder=lambda n, _: torch.ones(n, n).tril(), prefix=None):
    def mixed(n, p):
        table = torch.ones(n, n).tril()
        table[:, :p] = 1
        return table

    def answer(arquitectura, n, p):
        if arquitectura == "codificador":
            return encoder(n, n)
        return decoder(n, n) if arquitectura == "decodificador" else (prefix or mixed)(n, p)

    return answer


def prefix_with(change):
    def table(n, p):
        return change(torch.ones(n, n).tril(), p)

    return masks(prefix=table)


def block_only(table, p):
    table[:p, :p] = 1
    table[p:, :p] = 0
    return table


def rows_of_the_prefix(table, p):
    table[:p] = 1
    return table


def one_too_far(table, p):
    table[:, : p + 1] = 1
    return table


def with_loops(arquitectura, n, p):
    def sees(i, j):
        return arquitectura == "codificador" or j <= i or (arquitectura == "prefijo" and j < p)

    return [[sees(i, j) for j in range(n)] for i in range(n)]


def spans(tokens, tramos, mark=lambda i: f"<extra_id_{i}>", last=True, keep=False):
    entrada, objetivo, place = [], [], 0
    for i, (start, end) in enumerate(tramos):
        entrada += tokens[place:start] + [mark(i)] + (tokens[start:end] if keep else [])
        objetivo += [mark(i)] + tokens[start:end]
        place = end
    return entrada + tokens[place:], objetivo + ([mark(len(tramos))] if last else [])


def each_word(tokens, tramos):
    return spans(tokens, [(i, i + 1) for start, end in tramos for i in range(start, end)])


def from_the_end(tokens, tramos):
    """Otra manera buena: sustituir de atrás adelante."""
    entrada, objetivo = list(tokens), [f"<extra_id_{len(tramos)}>"]
    for i, (start, end) in reversed(list(enumerate(tramos))):
        objetivo = [f"<extra_id_{i}>", *tokens[start:end], *objetivo]
        entrada[start:end] = [f"<extra_id_{i}>"]
    return entrada, objetivo


def forgets_the_rest(tokens, tramos):
    entrada, objetivo = spans(tokens, tramos)
    return entrada[: len(entrada) - (len(tokens) - tramos[-1][1])], objetivo


def bert(ids, sorteo, especiales, scored=lambda before, after, chosen: chosen, respects=True, label=lambda before, after: before):
    entrada = [sorteo.get(i, x) if x not in especiales or not respects else x for i, x in enumerate(ids)]
    chosen = [i in sorteo and (ids[i] not in especiales or not respects) for i in range(len(ids))]
    return entrada, [label(a, b) if scored(a, b, c) else -100 for a, b, c in zip(ids, entrada, chosen)]


def scores_everything(ids, sorteo, especiales):
    return bert(ids, sorteo, especiales)[0], ids


def with_tensors(ids, sorteo, especiales):
    return tuple(torch.tensor(x) for x in bert(ids, sorteo, especiales))


def in_place(ids, sorteo, especiales):
    labels = [-100] * len(ids)
    for i, new in sorteo.items():
        if ids[i] not in especiales:
            labels[i], ids[i] = ids[i], new
    return ids, labels


def rms(x, g, eps):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps) * g


def layer_norm(x, g, eps):
    return torch.nn.functional.layer_norm(x, x.shape[-1:], weight=g, eps=eps)


def centred_first(x, g, eps):
    return rms(x - x.mean(-1, keepdim=True), g, eps)


def deviation(x, g, eps):
    return x / torch.sqrt(x.var(-1, keepdim=True, unbiased=False) + eps) * g


def mean_over_everything(x, g, eps):
    return x / torch.sqrt(x.pow(2).mean() + eps) * g


def numpy_rms(x, g, eps):
    x = x.numpy()
    return x / np.sqrt(np.mean(x**2, axis=-1, keepdims=True) + eps) * g.numpy()


def cache(heads="num_key_value_heads", twice=2, layers=True, each=True, unit=2**20):
    def answer(config, tokens, bytes_por_numero):
        size = config["hidden_size"] // config["num_attention_heads"]
        found = config.get(heads, config["num_attention_heads"])
        return twice * (config["num_hidden_layers"] if layers else 1) * found * size * tokens * (bytes_por_numero if each else 1) / unit

    return answer


def size_among_kv_heads(config, tokens, bytes_por_numero):
    kv = config.get("num_key_value_heads", config["num_attention_heads"])
    return 2 * config["num_hidden_layers"] * kv * config["hidden_size"] // kv * tokens * bytes_por_numero / 2**20


def not_without_kv_heads(config, tokens, bytes_por_numero):
    size = config["hidden_size"] // config["num_attention_heads"]
    return 2 * config["num_hidden_layers"] * config["num_key_value_heads"] * size * tokens * bytes_por_numero / 2**20


WRONG = [
    (ejercicios.mascaras, masks(encoder=lambda n, _: torch.ones(n, n).tril()), "El codificador no tiene futuro que tapar"),
    (ejercicios.mascaras, masks(decoder=torch.ones), "Tu decodificador ve el futuro"),
    (ejercicios.mascaras, lambda a, n, p: torch.ones(n, n), "Tu decodificador ve el futuro"),
    (ejercicios.mascaras, lambda a, n, p: torch.ones(n, n).tril(), "El codificador no tiene futuro que tapar"),
    (ejercicios.mascaras, prefix_with(lambda table, p: table), "aplicas la máscara causal a todo"),
    (ejercicios.mascaras, masks(prefix=lambda n, p: torch.ones(n, n)), "dejas que todos vean a todos"),
    (ejercicios.mascaras, prefix_with(rows_of_the_prefix), "Tu prefijo ve la continuación"),
    (ejercicios.mascaras, prefix_with(block_only), "solo se ve a sí misma"),
    (ejercicios.mascaras, prefix_with(one_too_far), "el prefijo son p tokens"),
    (ejercicios.mascaras, masks(decoder=lambda n, _: torch.ones(n, n).tril(-1)), "Ningún token se ve a sí mismo"),
    (ejercicios.mascaras, lambda *given: 1 - torch.tensor(with_loops(*given)).float(), "Has marcado con 1 lo que se tapa"),
    (ejercicios.mascaras, lambda *given: torch.tensor(with_loops(*given)).T, "La tabla está tumbada"),
    (ejercicios.tramos, lambda t, s: spans(t, s, keep=True), "Las palabras ocultas siguen en la entrada"),
    (ejercicios.tramos, lambda t, s: spans(t, s, last=False), "le falta el centinela del final"),
    (ejercicios.tramos, each_word, "Es uno por tramo"),
    (ejercicios.tramos, lambda t, s: spans(t, s, mark=lambda i: "<extra_id_0>"), "Todos los tramos llevan el mismo centinela"),
    (ejercicios.tramos, lambda t, s: (spans(t, s)[0], t), "reconstruye BART"),
    (ejercicios.tramos, lambda t, s: spans(t, [(a, b + 1) for a, b in s]), "el fin no entra"),
    (ejercicios.tramos, lambda t, s: spans(t, s)[::-1], "cambiados de sitio"),
    (ejercicios.tramos, forgets_the_rest, "en `entrada` devuelve"),
    (ejercicios.tramos, lambda t, s: spans(t, s)[0], "hace falta devolver dos listas: `return entrada, objetivo`"),
    (ejercicios.etiquetas, scores_everything, "Puntúas todas las posiciones"),
    (ejercicios.etiquetas, lambda *given: bert(*given, respects=False), "tokens especiales"),
    (ejercicios.etiquetas, lambda *given: bert(*given, scored=lambda a, b, c: b == MASK), "Solo puntúas donde quedó [MASK]"),
    (ejercicios.etiquetas, lambda *given: bert(*given, scored=lambda a, b, c: a != b), "un elegido puede quedarse igual"),
    (ejercicios.etiquetas, lambda *given: bert(*given, scored=lambda a, b, c: not c), "Están del revés"),
    (ejercicios.etiquetas, lambda *given: bert(*given, label=lambda a, b: b), "lo que ve el modelo"),
    (ejercicios.etiquetas, in_place, "modifica lo que recibe"),
    (ejercicios.rmsnorm, layer_norm, "eso es LayerNorm"),
    (ejercicios.rmsnorm, centred_first, "eso es LayerNorm"),
    (ejercicios.rmsnorm, deviation, "al calcularla se resta la media"),
    (ejercicios.rmsnorm, lambda x, g, eps: x / (x.pow(2).mean(-1, keepdim=True) + eps) * g, "Falta la raíz"),
    (ejercicios.rmsnorm, lambda x, g, eps: x / x.pow(2).mean(-1, keepdim=True).sqrt() * g, "Falta eps"),
    (ejercicios.rmsnorm, lambda x, g, eps: rms(x, 1, eps), "Falta la ganancia"),
    (ejercicios.rmsnorm, lambda x, g, eps: x / (x.norm(dim=-1, keepdim=True).pow(2) + eps).sqrt() * g, "la longitud del vector"),
    (ejercicios.rmsnorm, mean_over_everything, "una sola media para todos los tokens"),
    (ejercicios.rmsnorm, lambda x, g, eps: x / (x.pow(2).mean(-1, keepdim=True).sqrt() + eps) * g, "El eps va dentro de la raíz"),
    (ejercicios.cache, cache(heads="num_attention_heads"), "cuentas las de consulta, que no se guardan"),
    (ejercicios.cache, size_among_kv_heads, "el tamaño de una cabeza no cambia"),
    (ejercicios.cache, cache(twice=1), "Te sale la mitad"),
    (ejercicios.cache, cache(unit=1), "Se piden MiB"),
    (ejercicios.cache, cache(unit=10**6), "divides entre un millón"),
    (ejercicios.cache, cache(twice=3), "Guardas también las consultas"),
    (ejercicios.cache, cache(layers=False), "Cuentas una sola capa"),
    (ejercicios.cache, cache(each=False), "Cuentas números, no bytes"),
    (ejercicios.cache, not_without_kv_heads, "Falta `num_key_value_heads`: hay tantas como de consulta"),
]  # fmt: skip


RIGHT = [
    (ejercicios.mascaras, masks()),
    (ejercicios.mascaras, with_loops),
    (ejercicios.mascaras, lambda *given: torch.tensor(with_loops(*given))),
    (ejercicios.tramos, spans),
    (ejercicios.tramos, from_the_end),
    (ejercicios.etiquetas, bert),
    (ejercicios.etiquetas, with_tensors),
    (ejercicios.rmsnorm, rms),
    (ejercicios.rmsnorm, numpy_rms),
    (ejercicios.rmsnorm, lambda x, g, eps: torch.nn.functional.rms_norm(x, x.shape[-1:], g, eps)),
    (ejercicios.cache, cache()),
]  # fmt: skip


def test_the_spans_put_back_give_the_text():
    for tokens, tramos in (case.given for case in ejercicios.tramos.cases):
        entrada, objetivo = ejercicios.tramos.truth(tokens, tramos)
        pieces = {token: objetivo[i + 1 :] for i, token in enumerate(objetivo) if token.startswith("<extra")}
        rebuilt = [word for token in entrada for word in (until_the_next(pieces[token]) if token in pieces else [token])]
        assert rebuilt == tokens


def until_the_next(words):
    return words[: next(i for i, word in enumerate(words) if word.startswith("<extra"))]


def test_the_loss_of_torch_skips_what_the_exercise_says_it_skips():
    ids, changes, special = ejercicios.etiquetas.cases[1].given
    labels = torch.tensor(ejercicios.etiquetas.truth(ids, changes, special)[1])
    logits = torch.randn(len(ids), 100, generator=torch.Generator().manual_seed(0))
    chosen = sorted(changes)
    expected = torch.nn.functional.cross_entropy(logits[chosen], torch.tensor(ids)[chosen])
    torch.testing.assert_close(torch.nn.functional.cross_entropy(logits, labels), expected)


def test_the_cache_is_as_big_as_a_real_one():
    from transformers import LlamaConfig, LlamaForCausalLM

    shape = {"hidden_size": 32, "num_attention_heads": 4, "num_key_value_heads": 2, "num_hidden_layers": 3}
    model = LlamaForCausalLM(LlamaConfig(**shape, intermediate_size=16, vocab_size=11))
    layers = model(torch.tensor([[1, 2, 3, 4, 5]]), use_cache=True).past_key_values.layers
    assert ejercicios.cache.truth(shape, 5, 4) * 2**20 == sum(layer.keys.nbytes + layer.values.nbytes for layer in layers)
