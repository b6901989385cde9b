"""Enseñar valores como texto y dibujar sin ventanas: lo que Jupyter hace solo y un programa no."""

from __future__ import annotations


def _text(value, indent=0, column=0, after=0, seen=()):
    """El texto con que Jupyter enseña un valor: como ``repr``, pero lo que no cabe en 79 letras va en varias líneas.

    ``indent`` es la sangría de las líneas siguientes; ``column``, dónde empieza; ``after``, cuántas letras irán detrás.
    """
    import inspect

    bundle = None if seen else getattr(type(value), "_repr_mimebundle_", None)
    if bundle is not None and isinstance(found := bundle(value), (dict, tuple)):
        plain = (found[0] if isinstance(found, tuple) else found).get("text/plain")
        return repr(value) if plain is None else plain
    parts = _parts(value)
    if parts is not None:
        return _text_of_parts(*parts, indent, column, after, (*seen, id(value))) if id(value) not in seen else f"{parts[0]}...{parts[2]}"
    kind = type(value)
    if isinstance(value, type) and kind.__repr__ is type.__repr__:
        return _full_name(value)
    if inspect.isfunction(value) or inspect.isbuiltin(value) and not inspect.ismethod(value):
        try:
            return "<function " + _full_name(value) + str(inspect.signature(value)) + ">"
        except ValueError:
            return "<function " + _full_name(value) + ">"
    if kind.__repr__ is object.__repr__:
        return "<" + _full_name(kind) + " at " + hex(id(value)) + ">"
    return ("\n" + " " * indent).join(repr(value).splitlines())


def _full_name(thing):
    """Su nombre, con el módulo delante si no es de los de Python."""
    return thing.__qualname__ if thing.__module__ in (None, "builtins") else f"{thing.__module__}.{thing.__qualname__}"


def _parts(value):
    """Cómo se abre, los pares (etiqueta, valor) y cómo se cierra; ``None`` si el valor no es de los que se parten.

    La etiqueta es un texto o, en un diccionario, una tupla con la clave.
    """
    import collections
    import types

    kind = type(value)
    for plain, marks in ((list, "[]"), (tuple, "()"), (dict, "{}"), (set, "{}"), (frozenset, "")):
        if kind.__repr__ is plain.__repr__:
            if plain in (set, frozenset) and not value:
                return None
            items = _sorted(value) if plain in (set, frozenset) else value
            pairs = [((k,), v) for k, v in value.items()] if plain is dict else [("", item) for item in items]
            close = ",)" if plain is tuple and len(value) == 1 else marks[1:]
            return (marks[0], pairs, close) if marks else ("frozenset({", pairs, "})")
    name = kind.__name__ + "("
    if kind.__repr__ is collections.Counter.__repr__:
        return name, [("", dict(value.most_common()))] if value else [], ")"
    if kind.__repr__ is collections.defaultdict.__repr__:
        return name, [("", value.default_factory), ("", dict(value))], ")"
    if kind.__repr__ is collections.OrderedDict.__repr__:
        return name, [("", list(value.items()))] if value else [], ")"
    if kind.__repr__ is collections.deque.__repr__:
        return name, [("", list(value))] + [("maxlen=", value.maxlen)] * (value.maxlen is not None), ")"
    if kind is types.SimpleNamespace:
        return "namespace(", [(k + "=", v) for k, v in vars(value).items()], ")"
    if kind is types.MappingProxyType:
        return "mappingproxy(", [("", dict(value))], ")"
    return None


def _text_of_parts(opening, pairs, closing, indent, column, after, seen):
    """Una colección: en una línea si cabe; si no, una parte en cada una."""
    inner = indent + len(opening)
    kept = pairs[:1000]
    more = ["..."] * (len(pairs) > len(kept))
    line = opening + ", ".join([_text_of_pair(*pair, inner, -(10**9), 0, seen) for pair in kept] + more) + closing
    if column + len(line) + after <= 79 and "\n" not in line:
        return line
    parts = []
    for i, pair in enumerate(kept):
        start = column + len(opening) if i == 0 else inner
        behind = len(closing) + after if i == len(pairs) - 1 else 1
        parts.append(_text_of_pair(*pair, inner, start, behind, seen))
    return opening + (",\n" + " " * inner).join(parts + more) + closing


def _text_of_pair(label, value, indent, column, after, seen):
    """La etiqueta y el valor, que empieza donde ella acaba."""
    if isinstance(label, tuple):
        label = _text(label[0], indent, column, 2, seen) + ": "
    *above, last = label.split("\n")
    return label + _text(value, indent, len(last) if above else column + len(last), after, seen)


def _sorted(items):
    """En orden; si no se pueden comparar, por su texto."""
    for key in (None, str):
        try:
            return sorted(items, key=key)
        except Exception:
            continue
    return list(items)


def display(*values, raw=False, display_id=None, **_):
    """Escribe el texto de cada valor: lo que se ve donde no caben imágenes ni HTML."""
    import types

    for value in values:
        if raw:
            if "text/plain" in value:
                print(value["text/plain"])
        elif hasattr(type(value), "_ipython_display_"):
            value._ipython_display_()
        else:
            print(_text(value))
    return types.SimpleNamespace(display=display, update=display, display_id=str(display_id)) if display_id else None


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
            _figures.saved = number = getattr(_figures, "saved", 0) + 1
            figure.savefig(os.path.join(folder, f"figura_{number:02}.png"))
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
