"""Cuánta memoria toma PyTorch mientras hace algo, contada byte a byte y no por lo que crece el proceso."""

import gc
from collections.abc import Callable
from itertools import accumulate

import torch


def allocated(call: Callable[[], object]) -> list[int]:
    """Los bytes que `call` tiene tomados para tensores en la CPU, por encima de los de antes, tras cada vez que toma o suelta memoria.

    El máximo es su pico; el último, lo que deja tomado. Sale lo mismo cada vez y en cualquier máquina, porque no cuenta lo que ocupan
    Python y las bibliotecas. Lo que una biblioteca toma por su cuenta, sin pedírselo a PyTorch, tampoco.
    """
    gc.collect()
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU], profile_memory=True) as watched:
        call()
    events = watched.profiler.kineto_results.events()
    amounts = [amount for _, amount in sorted((one.start_ns(), one.nbytes()) for one in events if one.name() == "[memory]")]
    return [0, *accumulate(amounts)]
