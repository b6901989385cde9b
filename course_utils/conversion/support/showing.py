"""Enseñar valores como texto y dibujar sin ventanas: lo que Jupyter hace solo y un programa no."""

from __future__ import annotations


def _text(value, indent=0):
    """El texto con que Jupyter enseña un valor: como ``repr``, pero lo largo va en varias líneas."""
    import inspect

    bundle = getattr(type(value), "_repr_mimebundle_", None)
    if bundle is not None and isinstance(found := bundle(value), (dict, tuple)):
        plain = (found[0] if isinstance(found, tuple) else found).get("text/plain")
        return repr(value) if plain is None else plain
    if isinstance(value, type):
        return value.__qualname__ if value.__module__ == "builtins" else f"{value.__module__}.{value.__qualname__}"
    if inspect.isfunction(value):
        return f"<function {value.__module__}.{value.__qualname__}{inspect.signature(value)}>"
    kind = next((kind for kind in (list, tuple, dict, set, frozenset) if type(value).__repr__ is kind.__repr__), None)
    return repr(value) if kind is None or not value else _text_of_items(value, kind, indent)


def _text_of_items(value, kind, indent):
    """Una lista, una tupla, un diccionario o un conjunto: en una línea si cabe en 79 letras; si no, un elemento en cada una."""
    opening, closing = {list: "[]", tuple: ("(", ",)" if len(value) == 1 else ")"), dict: "{}", set: "{}"}.get(kind, ("frozenset({", "})"))
    items = list(value.items() if kind is dict else value)
    if kind in (set, frozenset):
        items = _sorted(items)
    inner = indent + len(opening)
    if kind is dict:
        parts = [(key := _text(k, inner)) + ": " + _text(v, inner + len(key) + 2) for k, v in items[:1000]]
    else:
        parts = [_text(item, inner) for item in items[:1000]]
    parts += ["..."] * (len(items) > 1000)
    line = opening + ", ".join(parts) + closing
    if indent + len(line) <= 79 and "\n" not in line:
        return line
    return opening + (",\n" + " " * inner).join(parts) + closing


def _sorted(items):
    try:
        return sorted(items)
    except Exception:
        return items


def display(*values, raw=False, **_):
    """Escribe el texto de cada valor: lo que se ve donde no caben imágenes ni HTML."""
    for value in values:
        if raw or isinstance(value, dict) and "text/plain" in value:
            print(value.get("text/plain", ""))
        elif hasattr(type(value), "_ipython_display_"):
            value._ipython_display_()
        else:
            print(_text(value))


def _show(value):
    """Enseña el último valor de una celda, como Jupyter («Out»), y lo deja en «_»."""
    if value is not None:
        _keep(value)
        display(value)


def _after_import(name, action):
    """Llama a ``action(módulo)`` en cuanto el programa importe ``name``, si lo hace."""
    import importlib.abc
    import importlib.util
    import sys

    class Finder(importlib.abc.MetaPathFinder):
        def find_spec(self, wanted, path=None, target=None):
            if wanted != name:
                return None
            sys.meta_path.remove(self)
            spec = importlib.util.find_spec(name)
            if spec is not None and hasattr(spec.loader, "exec_module"):
                execute = spec.loader.exec_module
                spec.loader.exec_module = lambda module: (execute(module), action(module))
            return spec

    sys.meta_path.insert(0, Finder())


def _keep(value):
    """Deja en «_» el último valor de una celda, porque el cuaderno lo usa después."""
    import builtins

    if value is not None:
        builtins._ = value


def _draw_in_memory():
    """Las figuras se dibujan sin ventanas: «plt.show()» no espera a nadie (MPLBACKEND=TkAgg, u otro, las abre)."""
    import os

    if "inline" in os.environ.get("MPLBACKEND", "inline"):  # lo hereda quien ejecuta el programa desde un cuaderno
        os.environ["MPLBACKEND"] = "agg"
    if os.environ["MPLBACKEND"] == "agg":
        _after_import("matplotlib.pyplot", lambda pyplot: setattr(pyplot, "show", _figures))


def _figures(*_, **__):
    """Cierra las figuras de la celda, como hace Jupyter tras enseñarlas. Con FIGURAS=carpeta, antes las guarda en ella."""
    import os
    import sys

    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None or getattr(pyplot, "show", None) is not _figures:
        return
    for number in pyplot.get_fignums():
        figure, folder = pyplot.figure(number), os.environ.get("FIGURAS")
        if folder:
            os.makedirs(folder, exist_ok=True)
            _figures.saved = getattr(_figures, "saved", 0) + 1
            figure.savefig(os.path.join(folder, f"figura_{_figures.saved:02}.png"))
        if getattr(_figures, "told", False):
            print(repr(figure))
    pyplot.close("all")


def _notebook_tables():
    """pandas escribe las tablas anchas como en un cuaderno, con todas sus columnas."""
    _after_import("pandas", lambda pandas: pandas.set_option("display.max_columns", 20))


def _bars_in_the_terminal():
    """Las barras de progreso de los cuadernos (tqdm.notebook), en la terminal."""
    import importlib
    import sys
    import types

    class Bars(types.ModuleType):
        def __getattr__(self, name):
            return getattr(importlib.import_module("tqdm.std"), {"tqdm_notebook": "tqdm", "tnrange": "trange"}.get(name, name))

    sys.modules["tqdm.notebook"] = Bars("tqdm.notebook")


def _plotly_in_silence():
    """plotly no abre el navegador."""
    _after_import("plotly.io", lambda io: setattr(io.renderers, "default", ""))
