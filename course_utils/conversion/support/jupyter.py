"""Lo que el cuaderno pide a IPython y a ipywidgets, donde no están: enseñar texto y ejecutar una vez lo que se movería con el ratón."""

from __future__ import annotations

from course_utils.conversion.support.shell import _cd, _install, _shell, _shell_lines
from course_utils.conversion.support.showing import _after_import, display
from course_utils.conversion.support.timing import _captured


class _Nothing:
    """Acepta cualquier cosa y no hace nada; como decorador, deja la función como está."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *values, **_):
        return values[0] if len(values) == 1 and callable(values[0]) else self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def __getitem__(self, _):
        return self

    def __len__(self):
        return 0

    def __bool__(self):
        return True

    def __iter__(self):
        return iter(())

    def __repr__(self):
        return "<solo en Jupyter>"

    def _ipython_display_(self):
        """No enseña nada."""


class _NoShell(_Nothing):
    """En el lugar de la consola de IPython: ejecuta órdenes y código; lo demás solo tiene sentido en Jupyter."""

    def system(self, command):
        return self._ordered(command, _shell)

    def getoutput(self, command):
        return self._ordered(command, _shell_lines)

    def _ordered(self, command, run):
        import re

        installs = re.search(r"\b(pip3?|conda|mamba|apt|apt-get|npm|brew)\s+(-\S+\s+)*install\b|\bgit\s+clone\b", command)
        return _install(command, run) if installs else run(command)

    def run_cell(self, code, *_, **__):
        exec(code, globals())

    ex = run_cell
    user_ns = property(lambda self: globals())

    def run_line_magic(self, name, line="", *_):
        if name == "cd":
            _cd(line)
        elif name in ("system", "sx"):
            return _shell_lines(line)

    def magic(self, line):
        return self.run_line_magic(*(line.lstrip("%").split(None, 1) or [""]))

    def run_cell_magic(self, name, line, cell):
        if name in ("time", "capture", "timeit"):
            self.run_cell(cell)


def get_ipython():
    """Lo que responde a las llamadas que el cuaderno hace a IPython."""
    return _NoShell()


class _Media(_Nothing):
    """HTML, imágenes, sonidos…: en la terminal, su nombre."""

    def __init__(self, data=None, *_, **__):
        self.data = data

    def __repr__(self):
        name = type(self).__name__
        return self.data if name == "Pretty" else f"<IPython.core.display.{name} object>"

    def _ipython_display_(self):
        print(self)


class _Control(_Nothing):
    """Un mando de ipywidgets, quieto en su valor inicial."""

    def __init__(self, *values, **settings):
        settings = {"value": values[0], **settings} if values else settings
        self.__dict__.update({"children": settings.get("value", ()), "value": self._initial(settings)} | settings)
        if type(self).__name__ in ("IntRangeSlider", "FloatRangeSlider"):
            self.value = tuple(self.value)

    def _initial(self, settings):
        name = type(self).__name__
        options = settings.get("options")
        if options and name not in ("SelectMultiple", "Combobox"):
            first = next(iter(options.items() if isinstance(options, dict) else options))
            first = first[1] if isinstance(first, tuple) and len(first) == 2 else first
            return (first, first) if name == "SelectionRangeSlider" else first
        starts = {"Checkbox": False, "ToggleButton": False, "Valid": False, "SelectMultiple": (), "DatePicker": None, "FloatLogSlider": 1.0,
                  "IntRangeSlider": (25, 75), "FloatRangeSlider": (25.0, 75.0)}  # fmt: skip
        if name in starts:
            return starts[name]
        return float(settings.get("min", 0)) if "Float" in name else settings.get("min", 0) if "Int" in name else ""

    def __repr__(self):
        name = type(self).__name__
        return f"{name}(value={self.value!r})"

    def _ipython_display_(self):
        print(self)


def _initial_value(control):
    """El valor con que empieza un mando escrito en corto: (0, 10) → 5, como decide ipywidgets."""
    if isinstance(control, tuple) and len(control) in (2, 3) and all(isinstance(x, (int, float)) for x in control):
        low, high, *step = control
        middle = (high - low) // 2 if isinstance(low, int) and isinstance(high, int) else (high - low) / 2
        return low + int(middle / step[0]) * step[0] if step else low + middle
    if isinstance(control, dict):
        return next(iter(control.values()))
    if isinstance(control, (list, tuple)):
        return control[0][1] if isinstance(control[0], tuple) and len(control[0]) == 2 else control[0]
    return control.value if isinstance(control, _Control) else control


def _interact(function=None, *_, **controls):
    """Ejecuta la función una vez, con los valores iniciales de sus mandos. Sirve también como decorador, con o sin argumentos."""
    import inspect

    if not callable(function):
        return lambda function: _interact(function, **controls)
    parameters = inspect.signature(function).parameters.values()
    defaults = {p.name: p.default for p in parameters if p.default is not p.empty and p.name not in controls}
    settings = {name: _initial_value(control) for name, control in {**defaults, **controls}.items() if not name.startswith("_")}
    result = function(**settings)
    if result is not None:
        display(result)
    return function


def _interactive(function, *_, **controls):
    """Como ``_interact``, pero devuelve un mando con el resultado, sin enseñarlo."""
    seen = []
    _interact(lambda **settings: seen.append(function(**settings)), **controls)
    return _Control(value=seen[0], result=seen[0])


def _interactive_output(function, controls):
    """Una función atada a unos mandos: se ejecuta una vez."""
    _interact(lambda **settings: function(**settings) and None, **controls)
    return _Nothing()


def _without_jupyter(*roots):
    """Donde falten ``IPython``, ``ipywidgets`` o ``google.colab``, módulos en su lugar. Donde estén, ``display`` escribe texto igual."""
    import importlib.abc
    import importlib.util
    import sys

    def shell():  # las bibliotecas preguntan por él para saber si están en un cuaderno: a ellas, None
        return get_ipython() if sys._getframe(1).f_globals.get("__name__") == "__main__" else None

    known = {
        "display": display, "get_ipython": shell, "clear_output": _Nothing(), "interact": _interact, "interact_manual": _interact,
        "interactive": _interactive, "interactive_output": _interactive_output, "fixed": lambda value: _Control(value=value),
        "capture_output": _captured,
    }  # fmt: skip
    usual = {  # lo que un «import *» trae
        "IPython": "HTML Image Markdown Math Latex SVG Audio Video IFrame YouTubeVideo JSON Javascript",
        "ipywidgets": "Accordion BoundedFloatText BoundedIntText Box Button Checkbox ColorPicker DatePicker Dropdown FileUpload "
        "FloatProgress FloatRangeSlider FloatSlider FloatText GridBox HBox HTML HTMLMath Image IntProgress IntRangeSlider IntSlider "
        "IntText Label Layout Output Play RadioButtons Select SelectMultiple SelectionSlider Tab Text Textarea ToggleButton "
        "ToggleButtons VBox Valid",
        "google": "drive files output auth userdata",
    }

    modules = {"widgets": "ipywidgets", "display": "IPython.display", "core": "IPython.core", "lib": "IPython.lib"}

    def attribute(root, name):
        if name.startswith("__"):
            raise AttributeError(name)
        if name in modules:
            return importlib.import_module(modules[name])
        kind = _Control if root == "ipywidgets" else _Media
        return type(name, (kind,), {}) if name[0].isupper() else _Nothing()

    class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
        def find_spec(self, name, path=None, target=None):
            root, _, inner = name.partition(".")
            wanted = root in roots and (root != "google" or not inner or inner.startswith("colab"))
            return importlib.util.spec_from_loader(name, Finder(), is_package=True) if wanted else None

        def exec_module(self, module):
            root, _, inner = module.__name__.partition(".")
            offered = [name for name in (*known, *usual[root].split()) if inner or name != "display"]
            vars(module).update({name: known.get(name) or attribute(root, name) for name in offered})
            vars(module).update(version_info=(9, 0, 0), __version__="9.0.0")
            module.__getattr__ = lambda name: attribute(root, name)

    sys.meta_path.append(Finder())
    _after_import("IPython", lambda module: setattr(module, "get_ipython", shell))
    _after_import("IPython.display", lambda module: vars(module).update(display=display, clear_output=_Nothing()))
