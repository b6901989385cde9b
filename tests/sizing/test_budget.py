"""Bytes y operaciones: las cuentas de papel, contra lo que se mide de verdad."""

from __future__ import annotations

import copy

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from course_utils import models, sizing
from course_utils.sizing import budget


def bytes_of(tensors) -> int:
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)


def test_weights_by_precision():
    assert [sizing.weights_bytes(1000, name) for name in sizing.PRECISIONS] == [4000, 2000, 1000, 500]
    with pytest.raises(ValueError, match="No conozco la precisión «int3»; hay: float32"):
        sizing.weights_bytes(1, "int3")


def test_training_always_takes_sixteen_bytes():
    for precision in ("float32", "bfloat16"):
        assert sum(budget.training_bytes(1000, precision).values()) == 16_000
    with pytest.raises(ValueError, match="En 4 bits no se entrenan todos los pesos"):
        budget.training_bytes(1000, "4 bits")


def test_a_real_step_of_adam_takes_what_the_sum_says():
    network = copy.deepcopy(models.load("decoder").model).train()
    adam = torch.optim.AdamW(network.parameters())
    network(torch.arange(8)[None]).logits.sum().backward()
    adam.step()
    moments = (tensor for state in adam.state.values() for tensor in state.values() if tensor.dim())
    parts = budget.training_bytes(network.num_parameters(), "float32")
    assert [bytes_of(network.parameters()), bytes_of(p.grad for p in network.parameters()), bytes_of(moments)] == list(parts.values())


@pytest.mark.parametrize("length", [8, 64])
def test_six_operations_per_parameter_and_the_attention(length):
    """Lo que cuenta PyTorch son 6 por cada parámetro que multiplica (todos menos las posiciones) y 12 · L · d por pareja de tokens."""
    network = copy.deepcopy(models.load("decoder").model)
    network.set_attn_implementation("eager")
    with FlopCounterMode(display=False) as counter:
        network(torch.arange(length)[None]).logits.sum().backward()
    config = network.config
    multiplied = network.num_parameters() - config.n_positions * config.n_embd
    small = sum(p.numel() for p in network.parameters() if p.dim() == 1)
    expected = sizing.training_flops(multiplied - small, length) + 12 * config.n_layer * config.n_embd * length**2
    assert counter.get_total_flops() == expected


def test_days_and_usage():
    assert budget.day_flops(0.5) == 989.4e12 * 0.5 * 86400
    for wrong in (0, 1.2):
        with pytest.raises(ValueError, match="parte entre 0 y 1"):
            budget.day_flops(wrong)


def test_llama_is_in_the_range_its_card_says():
    """6 · N · D con un 40 % se queda a menos de un 15 % de las horas de GPU que declara la ficha de Llama 3.1 405B."""
    hours = sizing.training_flops(sizing.public("Llama 3.1 405B").parameters, 15.6e12) / budget.day_flops(0.4) * 24
    assert 0.85 < hours / 30.84e6 < 1
