"""Capítulo 13: respuestas como las que escribe quien aprende, y lo que deben leer al comprobarlas."""

import torch
from torch.nn.functional import pad

from course_utils import adapters
from course_utils.exercises import chapter_13 as ejercicios


def both(texts, mask):
    """Una respuesta con dos partes, cada una hecha como toque."""
    return lambda v, x, m: (texts(v.expand(len(x), -1, -1), x), mask(torch.ones(len(x), len(v)), m))


def front(a, b):
    return torch.cat([a, b], dim=1)


def back(a, b):
    return torch.cat([b, a], dim=1)


WRONG = [
    (ejercicios.entrada, both(front, lambda ones, m: m), "te faltan los n lugares"),
    (ejercicios.entrada, both(front, lambda ones, m: front(0 * ones, m)), "nadie lo vería"),
    (ejercicios.entrada, both(front, back), "Detrás le dices"),
    (ejercicios.entrada, both(front, lambda ones, m: torch.ones_like(front(ones, m))), "has perdido el relleno"),
    (ejercicios.entrada, both(back, front), "va delante del texto"),
    (ejercicios.entrada, both(back, back), "va delante del texto"),
    (ejercicios.entrada, both(lambda v, x: front(v, x[:, v.shape[1]:]), lambda ones, m: m), "no se sustituye"),
    (ejercicios.entrada, lambda v, x, m: (torch.cat([v, x], dim=1), m), "se detiene"),
    (ejercicios.etiquetas, lambda rows, n: rows, "corridas"),
    (ejercicios.etiquetas, lambda rows, n: [[0] * n + row for row in rows], "prediga el token 0"),
    (ejercicios.etiquetas, lambda rows, n: [row + [-100] * n for row in rows], "van delante"),
    (ejercicios.etiquetas, lambda rows, n: [[-1] * n + row for row in rows], "se salta es −100"),
    (ejercicios.etiquetas, lambda rows, n: [[-100] * n + row[n:] for row in rows], "sigue midiendo lo mismo"),
    (ejercicios.etiquetas, lambda rows, n: [[-100] * (n + 1) + row for row in rows], "Sobra o falta"),
    (ejercicios.almacen, lambda t, n, d, base: base + t * n, "cada uno es un vector"),
    (ejercicios.almacen, lambda t, n, d, base: t * (base + n * d), "una base para todas"),
    (ejercicios.almacen, lambda t, n, d, base: t * n * d, "Te dejas la base"),
    (ejercicios.almacen, lambda t, n, d, base: base + n * d, "hay uno por tarea"),
    (ejercicios.caben, lambda v, n, r: max(v - r, 0), "ocupan sitio en la ventana"),
    (ejercicios.caben, lambda v, n, r: max(v - n, 0), "guárdale sitio"),
    (ejercicios.caben, lambda v, n, r: v - (n + r), "menos que nada"),
    (ejercicios.caben, lambda v, n, r: max(v - n - r - 1, 0), "Te sobra un lugar"),
    (ejercicios.rival, lambda m: max(m["prueba"]), "elegido mirando la prueba"),
    (ejercicios.rival, lambda m: max(m["entrenamiento"]), "con las que se eligió"),
    (ejercicios.rival, lambda m: sum(m["prueba"]) / len(m["prueba"]), "Usarías uno"),
    (ejercicios.rival, lambda m: max(range(len(m["prueba"])), key=m["entrenamiento"].__getitem__), "Das el puesto"),
]  # fmt: skip

RIGHT = [
    (ejercicios.entrada, both(front, front)),
    (ejercicios.entrada, lambda v, x, m: (torch.stack([torch.cat([v, row]) for row in x]), pad(m, (len(v), 0), value=1))),
    (ejercicios.etiquetas, lambda rows, n: pad(torch.tensor(rows), (n, 0), value=-100)),
    (ejercicios.almacen, lambda t, n, d, base: sum([n * d] * t, base)),
    (ejercicios.caben, lambda v, n, r: v - n - r if v > n + r else 0),
    (ejercicios.rival, lambda m: max(zip(m["entrenamiento"], m["prueba"]))[1]),
]


def test_the_references_are_what_the_package_does():
    """Lo que se pide en los dos primeros ejercicios es lo que hace `adapters.SoftPrompt`."""
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    model = GPT2LMHeadModel(GPT2Config(n_embd=8, n_layer=1, n_head=2, n_positions=16, vocab_size=20))
    prompt = adapters.attach(model, adapters.PromptTuning(tokens=3)).model
    ids, mask = torch.tensor([[1, 2, 3], [4, 5, 0]]), torch.tensor([[1, 1, 1], [1, 1, 0]])
    read = prompt.inputs(ids, mask)
    texts, longer = ejercicios.entrada.truth(prompt.virtual.tolist(), model.get_input_embeddings()(ids).tolist(), mask.tolist())
    assert torch.allclose(read["inputs_embeds"], torch.tensor(texts)) and read["attention_mask"].tolist() == longer
    assert prompt.virtual.numel() + ejercicios.almacen.truth(0, 3, 8, 100) == ejercicios.almacen.truth(1, 3, 8, 100)
