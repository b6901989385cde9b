"""Capítulo 12: respuestas como las que escribe quien aprende, y lo que deben leer al comprobarlas."""

import pytest
import torch

from course_utils.exercises import chapter_12 as ejercicios


def layer(x, W, A, B, alpha, *, scale=None):
    return x @ W.T + (alpha / len(A) if scale is None else scale) * x @ A.T @ B.T


def in_place(W, A, B, alpha, fused):
    if not fused:
        W += alpha / len(A) * B @ A
    return W


WRONG = [
    (ejercicios.parametros, lambda s, r: sum(o * i * r for o, i in s), "Las dos estrechas miden"),
    (ejercicios.parametros, lambda s, r: sum(o * i for o, i in s), "es el tamaño de la matriz congelada"),
    (ejercicios.parametros, lambda s, r: sum(map(sum, s)), "Te falta el rango"),
    (ejercicios.parametros, lambda s, r: sum(2 * r * i for _, i in s), "Supones que la matriz es cuadrada"),
    (ejercicios.parametros, lambda s, r: sum(o * i + r * o + r * i for o, i in s), "que están congelados"),
    (ejercicios.parametros, lambda s, r: r * (s[0][0] + s[0][1]), "Las cuatro de un bloque"),
    (ejercicios.empieza, lambda o, i, r, azar: (torch.zeros(r, i), torch.zeros(o, r)), "Con las dos a cero no se aprende nunca"),
    (ejercicios.empieza, lambda o, i, r, azar: (azar, torch.ones(o, r)), "el modelo empieza estropeado"),
    (ejercicios.empieza, lambda o, i, r, azar: (azar, torch.zeros(r, o)), "B está traspuesta"),
    (ejercicios.empieza, lambda o, i, r, azar: (azar, torch.zeros(o, i)), "Su gracia es que sea estrecha"),
    (ejercicios.empieza, lambda o, i, r, azar: (torch.zeros(o, r), azar), "primero A y después B"),
    (ejercicios.empieza, lambda o, i, r, azar: azar, "hacen falta dos tensores: `return A, B`"),
    (ejercicios.capa, lambda *given: layer(*given, scale=1.0), "Te olvidas de alpha / r"),
    (ejercicios.capa, lambda x, W, A, B, alpha: layer(x, W, A, B, alpha, scale=alpha), "no divides entre el rango"),
    (ejercicios.capa, lambda x, W, A, B, alpha: layer(x, W, A, B, alpha, scale=alpha / A.shape[1]), "no entre el rango"),
    (ejercicios.capa, lambda x, W, A, B, alpha: layer(x, W, A, B, alpha, scale=alpha / len(A) ** 0.5), "rsLoRA"),
    (ejercicios.capa, lambda x, W, A, B, alpha: alpha / len(A) * x @ A.T @ B.T, "Falta lo congelado"),
    (ejercicios.capa, lambda x, W, A, B, alpha: alpha / len(A) * (x @ W.T + x @ A.T @ B.T), "también lo congelado"),
    (ejercicios.capa, lambda x, W, A, B, alpha: x @ W + alpha * x @ A @ B, "se detiene en su línea"),
    (ejercicios.paso, lambda W, A, B, dW, dA, dB, t: (W - t * dW, A - t * dA, B - t * dB), "Has movido W, que está congelada"),
    (ejercicios.paso, lambda W, A, B, dW, dA, dB, t: (W - t * dW, A, B), "eso es el ajuste completo"),
    (ejercicios.paso, lambda W, A, B, dW, dA, dB, t: (W, A - t * dA, B), "pero B también se entrena"),
    (ejercicios.paso, lambda W, A, B, dW, dA, dB, t: (W, A + t * dA, B + t * dB), "El signo"),
    (ejercicios.paso, lambda W, A, B, dW, dA, dB, t: (W, A - dA, B - dB), "por la tasa de aprendizaje"),
    (ejercicios.paso, lambda W, A, B, dW, dA, dB, t: (A - t * dA, B - t * dB), "hacen falta tres tensores: `return W, A, B`"),
    (ejercicios.fusiona, lambda W, A, B, alpha, fused: W + alpha / len(A) * B @ A, "la corrección cuenta doble"),
    (ejercicios.fusiona, lambda W, A, B, alpha, fused: W if fused else W + B @ A, "Te olvidas de alpha / r al fusionar"),
    (ejercicios.fusiona, lambda W, A, B, alpha, fused: W if fused else alpha / len(A) * B @ A, "Devuelves solo el cambio"),
    (ejercicios.fusiona, lambda W, A, B, alpha, fused: W if not fused else W + alpha / len(A) * B @ A, "La condición está al revés"),
    (ejercicios.fusiona, lambda W, A, B, alpha, fused: W + (-1 if fused else 1) * alpha / len(A) * B @ A, "la deja sin fusionar"),
    (ejercicios.fusiona, in_place, "modifica lo que recibe"),
]  # fmt: skip


RIGHT = [
    (ejercicios.parametros, lambda s, r: r * sum(o + i for o, i in s)),
    (ejercicios.parametros, lambda s, r: sum(torch.empty(r, i).numel() + torch.empty(o, r).numel() for o, i in s)),
    (ejercicios.empieza, lambda o, i, r, azar: [azar.tolist(), [[0] * r for _ in range(o)]]),
    (ejercicios.capa, layer),
    (ejercicios.capa, lambda x, W, A, B, alpha: x @ (W + alpha / A.shape[0] * B @ A).T),
    (ejercicios.paso, lambda W, A, B, dW, dA, dB, t: (W.clone(), A - t * dA, B - t * dB)),
    (ejercicios.fusiona, lambda W, A, B, alpha, fused: W + (not fused) * alpha / len(A) * B @ A),
]


def test_the_references_are_those_of_the_package():
    """Lo que se pide es lo que hace `adapters`: la cuenta, la capa y la fusión."""
    from course_utils import adapters

    torch.manual_seed(0)
    base = torch.nn.Linear(3, 4, bias=False)
    one = adapters.LoRALayer(base, rank=2, alpha=6.0)
    torch.nn.init.normal_(one.B)
    x, (W, A, B) = torch.randn(2, 3), (p.detach().clone() for p in (base.weight, one.A, one.B))
    assert ejercicios.parametros.truth([(4, 3)], 2) == A.numel() + B.numel()
    expected = torch.tensor(ejercicios.capa.truth(x.tolist(), W.tolist(), A.tolist(), B.tolist(), 6.0))
    torch.testing.assert_close(one(x).detach(), expected)
    merged = torch.tensor(ejercicios.fusiona.truth(W.tolist(), A.tolist(), B.tolist(), 6.0, False))
    torch.testing.assert_close(one.merged_weight().detach(), merged)
    assert ejercicios.fusiona.truth(W.tolist(), A.tolist(), B.tolist(), 6.0, True) == W.tolist()


@pytest.mark.parametrize("both", [True, False], ids=["las dos a cero", "solo B"])
def test_with_both_at_zero_there_is_no_gradient(both):
    """Lo que dice el error de `empieza`, comprobado."""
    from course_utils import adapters

    layer = adapters.LoRALayer(torch.nn.Linear(3, 4), rank=2, alpha=2.0)
    if both:
        torch.nn.init.zeros_(layer.A)
    layer(torch.ones(1, 3)).square().sum().backward()
    assert layer.A.grad.abs().sum() == 0 and (layer.B.grad.abs().sum() == 0) == both
