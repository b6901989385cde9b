"""Medir, capturar, esperar y aguantar errores: lo que hacen %time, %timeit, %%capture, «await» y la marca raises-exception."""

from __future__ import annotations


def _seconds(seconds):
    """0.0012 → «1.2 ms»."""
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9)):
        if seconds >= size or unit == "ns":
            return f"{seconds / size:.3g} {unit}"


class _timed:
    """Cronometra lo que lleva dentro («%time»)."""

    def __enter__(self):
        import time

        self.start = time.process_time(), time.perf_counter()

    def __exit__(self, kind, error, trace):
        import time

        if kind is None:
            print("CPU times: total:", _seconds(time.process_time() - self.start[0]))
            print("Wall time:", _seconds(time.perf_counter() - self.start[1]))


def _time_of(function):
    """Cronometra una llamada y devuelve su valor («x = %time f()»)."""
    with _timed():
        return function()


def _timeit(statement, setup="pass", number=0, repeat=7, quiet=False, keep=False, names=None):
    """Mide cuánto tarda una instrucción, repitiéndola («%timeit»)."""
    import statistics
    import timeit
    import types

    timer = timeit.Timer(statement, setup, globals=names or globals())
    number = number or timer.autorange()[0]
    runs = [total / number for total in timer.repeat(repeat, number)]
    mean, deviation = statistics.mean(runs), statistics.pstdev(runs)
    if not quiet:
        times = f"(mean ± std. dev. of {repeat} run{'s' if repeat > 1 else ''}, {number:,} loop{'s' if number > 1 else ''} each)"
        print(_seconds(mean), "±", _seconds(deviation), "per loop", times)
    if keep:
        return types.SimpleNamespace(average=mean, stdev=deviation, best=min(runs), worst=max(runs), all_runs=runs, loops=number)


class _captured:
    """Guarda lo que se escribe dentro en vez de enseñarlo («%%capture»)."""

    def __init__(self, stdout=True, stderr=True):
        self.wanted = {"stdout": stdout, "stderr": stderr}

    def __enter__(self):
        import io
        import sys

        self.saved = {name: getattr(sys, name) for name, wanted in self.wanted.items() if wanted}
        self.texts = {name: io.StringIO() for name in self.saved}
        for name, text in self.texts.items():
            setattr(sys, name, text)
        return self

    def __exit__(self, *_):
        import sys

        for name, stream in self.saved.items():
            setattr(sys, name, stream)

    stdout = property(lambda self: self.texts["stdout"].getvalue() if "stdout" in self.texts else "")
    stderr = property(lambda self: self.texts["stderr"].getvalue() if "stderr" in self.texts else "")
    outputs = property(lambda self: [])

    def __str__(self):
        return self.stdout

    def show(self):
        import sys

        print(self.stdout, end="")
        print(self.stderr, end="", file=sys.stderr)

    __call__ = show


class _error_expected:
    """Una celda que se esperaba que fallase: enseña el error y el programa sigue."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        import traceback

        if kind is not None and issubclass(kind, (Exception, SystemExit)):
            traceback.print_exception(kind, error, trace)
            return True


def _await(coroutine):
    """Espera un «await» de fuera de las funciones; todos comparten un bucle de eventos."""
    import asyncio

    if not hasattr(_await, "loop"):
        _await.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(_await.loop)
    return _await.loop.run_until_complete(coroutine)


def _await_code(code):
    """Lo mismo con una celda que no cabe en una función."""
    import ast
    import inspect

    result = eval(compile(code, "<celda>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), globals())
    if inspect.iscoroutine(result):
        _await(result)
