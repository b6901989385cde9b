"""Órdenes del sistema, carpetas, variables, ficheros y otros programas: lo que hacen «!orden», %%bash, %cd, %env, %run y %%writefile."""

from __future__ import annotations


def _shell(command):
    """Ejecuta una orden del sistema («!orden»), escribe lo que ella escribe y deja en «_exit_code» cómo ha acabado."""
    import subprocess

    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **_shell_options()) as process:
        for line in process.stdout:
            print(line.decode("utf-8", "replace").replace("\r\n", "\n"), end="", flush=True)
    globals()["_exit_code"] = process.returncode


def _shell_options():
    """La consola de quien ejecuta el programa, sin nadie que le conteste."""
    import os
    import shutil
    import subprocess

    console = shutil.which(os.environ.get("SHELL") or "sh") if os.name == "posix" else None
    return {"shell": True, "executable": console, "stdin": subprocess.DEVNULL}


class _Lines(list):
    """Las líneas que escribe una orden («x = !orden»). Como en Jupyter: .n y .s, un solo texto; .l, la lista; .p, rutas."""

    n = nlstr = property(lambda self: "\n".join(self))
    s = spstr = property(lambda self: " ".join(self))
    l = list = property(lambda self: self)  # noqa: E741

    def grep(self, pattern, prune=False, field=None):
        import re

        found = pattern if callable(pattern) else re.compile(pattern, re.IGNORECASE).search
        text = (lambda line: line) if field is None else (lambda line: (line.split()[field : field + 1] or [""])[0])
        return _Lines(line for line in self if (found(text(line)) is not None and found(text(line)) is not False) != prune)

    @property
    def p(self):
        import os
        import pathlib

        return [pathlib.Path(line) for line in self if os.path.exists(line)]

    def fields(self, *places):
        rows = [line.split() for line in self]
        return _Lines(" ".join(row[i] for i in places if -len(row) <= i < len(row)) if places else row for row in rows)


def _shell_lines(command):
    """Ejecuta una orden del sistema y devuelve sus líneas, las de errores también."""
    import subprocess

    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **_shell_options())
    globals()["_exit_code"] = done.returncode
    return _Lines(done.stdout.decode("utf-8", "replace").splitlines())


def _install(command, run=_shell):
    """Una instalación: solo se ejecuta si la variable de entorno INSTALAR vale 1."""
    import os
    import shlex
    import sys

    if os.environ.get("INSTALAR") == "1":
        return run(f"{shlex.quote(sys.executable)} -m {command}" if command.startswith("pip ") else command)
    print("Sin instalar nada (INSTALAR=1 lo permite):", *command.splitlines()[:1], file=sys.stderr)
    return None if run is _shell else _Lines()


def _script(interpreter, text, keep=(), check=True):
    """Da ``text`` a un intérprete («%%bash») y escribe lo que responde, o lo devuelve. Si acaba mal, el programa también."""
    import shlex
    import subprocess
    import sys

    done = subprocess.run(shlex.split(interpreter), input=text.encode(), capture_output=True, check=False)
    out, err = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    if "out" not in keep:
        print(out, end="", flush=True)
    if "err" not in keep:
        print(err, end="", file=sys.stderr, flush=True)
    if check:
        done.check_returncode()
    return (out, err) if keep else None


def _cd(folder="~", quiet=False):
    """Cambia de carpeta («%cd») y dice en cuál queda. «-» es la de antes."""
    import os

    before = os.getcwd()
    try:
        os.chdir(os.path.expanduser(getattr(_cd, "before", before) if folder == "-" else folder))
        _cd.before = before
    except OSError as error:
        print(error)
    if not quiet:
        print(os.getcwd())


def _set_env(name, value):
    """Pone una variable de entorno («%env») y lo dice."""
    import os

    os.environ[name] = value
    print(f"env: {name}={value}")


def _run(file, *arguments, share=False):
    """Ejecuta otro programa u otro cuaderno («%run») y se queda con los nombres que deja."""
    import os
    import sys

    if file.endswith(".ipynb"):
        code, share = _notebook_code(file), True
    else:
        file = file if os.path.exists(file) or file.endswith(".py") else f"{file}.py"
        with open(file, encoding="utf-8") as stream:
            code = stream.read()
    saved = sys.argv, sys.path[:]
    names = globals() if share else {"__name__": "__main__", "__file__": file}
    sys.argv, sys.path[:0] = [file, *arguments], [os.path.dirname(os.path.abspath(file))]
    try:
        exec(compile(code, file, "exec"), names)
    except SystemExit as end:
        if end.code not in (None, 0):
            raise
    finally:
        sys.argv, sys.path[:] = saved
        globals().update({name: value for name, value in names.items() if not name.startswith("__")})


def _notebook_code(file):
    """El código de un cuaderno: traducido, si está el curso; si no, sin las líneas que empiezan por «%» o «!»."""
    import ast
    import json
    import sys

    try:
        from course_utils.conversion import script

        return script(file)
    except ImportError:
        pass
    with open(file, encoding="utf-8") as stream:
        cells = ["".join(cell["source"]) for cell in json.load(stream)["cells"] if cell["cell_type"] == "code"]
    for i, cell in enumerate(cells):
        try:
            ast.parse(cell)
        except SyntaxError:
            print("Celda que no es solo Python:", file, i + 1, file=sys.stderr)
            cells[i] = "\n".join(line for line in cell.split("\n") if not line.lstrip().startswith(("%", "!")))
    return "\n\n".join(cells)


def _write_file(name, text, append=False):
    """Escribe un fichero («%%writefile»)."""
    import os

    name = os.path.expanduser(name)
    print(f"{'Appending to' if append else 'Overwriting' if os.path.exists(name) else 'Writing'} {name}")
    with open(name, "a" if append else "w", encoding="utf-8") as stream:
        stream.write(text)
