"""Las órdenes mágicas, una a una: qué hace en Python corriente cada «%línea» y cada «%%celda»."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable

from course_utils.conversion.context import Context
from course_utils.conversion.shell import installs
from course_utils.conversion.syntax import has_statements
from course_utils.conversion.text import comment, indented, literal

# Código de celda → Python corriente. El segundo argumento dice si su último valor se enseña, cuando el programa los enseña.
Translate = Callable[[str, bool], str]

SILENT = {
    "matplotlib", "load_ext", "reload_ext", "unload_ext", "autoreload", "aimport", "config", "xmode", "colors", "gui", "pdb",
    "doctest_mode", "automagic", "pprint", "rehashx", "page", "pdoc", "pdef", "psource", "pfile", "lsmagic", "magic", "quickref",
    "alias_magic", "logstart", "logstop", "logon", "logoff", "logstate", "killbgscripts", "unalias", "bookmark", "dhist", "dirs",
    "clear", "cls", "prompt", "autosave", "connect_info", "qtconsole", "subshell",
}  # fmt: skip — solo cambian cómo se trabaja en Jupyter: un programa no las echa de menos
HELP = {"pinfo": "?", "pinfo2": "??", "psearch": "?"}  # la ayuda se abre al lado, no en las salidas
UNPROFILED = {"prun", "lprun", "memit", "mprun", "snakeviz", "heat", "scalene", "debug"}  # se ejecuta lo que iban a medir, sin medirlo
SYSTEM = {"ls": "ls -F", "ll": "ls -F -l", "lf": "ls -F", "cat": "cat", "mkdir": "mkdir", "rmdir": "rmdir", "rm": "rm", "cp": "cp",
          "mv": "mv", "man": "man", "less": "cat", "more": "cat"}  # fmt: skip
INSTALLERS = ("pip", "conda", "mamba", "micromamba", "uv")
INTERPRETERS = {"bash": "bash", "sh": "sh", "perl": "perl", "ruby": "ruby", "pypy": "pypy", "cmd": "cmd", "python": "python3",
                "python3": "python3", "python2": "python2"}  # fmt: skip
SHOWN = {"html": "HTML", "HTML": "HTML", "javascript": "Javascript", "js": "Javascript", "markdown": "Markdown", "latex": "Latex",
         "svg": "SVG", "SVG": "SVG"}  # fmt: skip
PYLAB = ("import numpy\nimport matplotlib\nfrom matplotlib import pylab, mlab, pyplot\n"
         "np = numpy\nplt = pyplot\nfrom pylab import *\nfrom numpy import *")  # fmt: skip



def line_magic(name: str, argument: str, context: Context, translate: Translate) -> str:
    """El código que hace lo que «%name argument»; un comentario si no hace falta nada."""
    if name in HELP:
        return comment(argument + HELP[name])
    if name in SILENT:
        return comment(f"%{name} {argument}".rstrip())
    if name in LINE:
        return LINE[name](argument, context, translate)
    if name in UNPROFILED:
        context.warn(f"%{name} no se puede traducir: la instrucción se ejecuta sin medirla.")
        return translate(_options(argument, "bclnorsTqmDfSuzw", values=set("lsTDfrmz"))[1], True)
    if name in SYSTEM:
        return context.shell(f"{SYSTEM[name]} {argument}".rstrip())
    if name in INSTALLERS:
        return context.shell(f"{name} {argument}")
    context.warn(f"%{name} no se puede traducir y queda como comentario.")
    return comment(f"AVISO: solo en Jupyter: %{name} {argument}".rstrip())


def cell_magic(name: str, argument: str, body: str, context: Context, translate: Translate) -> str:
    """El código que hace lo que una celda que empieza por «%%name argument»."""
    if name in CELL:
        return CELL[name](argument, body, context, translate)
    if name in INTERPRETERS:
        return _interpreter(f"{INTERPRETERS[name]} {argument}".rstrip(), body, context)
    if name in SHOWN:
        shown = f"\nprint({literal(f'<IPython.core.display.{SHOWN[name]} object>')})" if context.echo else ""
        return comment(f"%%{name} {argument}".rstrip() + "\n" + body) + shown
    if name in UNPROFILED:
        context.warn(f"%%{name} no se puede traducir: la celda se ejecuta sin medirla.")
        return translate(body, True)
    context.warn(f"%%{name} no se puede traducir: la celda entera queda como comentario.")
    return comment(f"AVISO: solo en Jupyter: %%{name} {argument}".rstrip() + "\n" + body)


def _options(argument: str, letters: str, values: set[str] = frozenset()) -> tuple[dict[str, str], str]:
    """Las opciones del principio («-n 10 -q») y lo demás."""
    found: dict[str, str] = {}
    while match := re.match(r"-([a-zA-Z])(\w*)(?:\s+|$)", argument):
        letter, glued = match.groups()
        if letter not in letters:
            break
        argument = argument[match.end() :]
        if letter in values and not glued:
            glued, _, argument = argument.partition(" ")
            argument = argument.lstrip()
        found |= {letter: glued} if letter in values else dict.fromkeys(letter + glued, "")
    return found, argument


def _words(argument: str) -> list[str]:
    try:
        return shlex.split(argument)
    except ValueError:
        return argument.split()


def _time(argument: str, context: Context, translate: Translate) -> str:
    return f"with {context.use('_timed')}():\n{indented(_block(translate(argument, True)))}" if argument.strip() else ""


def _time_cell(argument: str, body: str, context: Context, translate: Translate) -> str:
    before = f"{translate(argument, False)}\n" if argument.strip() and not argument.startswith("-") else ""
    return f"{before}with {context.use('_timed')}():\n{indented(_block(translate(body, True)))}"


def _timeit(argument: str, context: Context, translate: Translate) -> str:
    options, statement = _options(argument, "nrtcpqov", values=set("nrpv"))
    return _timeit_call(options, statement, "", context, translate) if statement.strip() else ""


def _timeit_cell(argument: str, body: str, context: Context, translate: Translate) -> str:
    options, setup = _options(argument, "nrtcpqov", values=set("nrpv"))
    return _timeit_call(options, body.rstrip("\n"), setup, context, translate)


def _timeit_call(options: dict[str, str], statement: str, setup: str, context: Context, translate: Translate) -> str:
    arguments = [literal(translate(statement, False))]
    arguments += [f"setup={literal(translate(setup, False))}"] if setup.strip() else []
    arguments += [f"number={int(options['n'])}"] if options.get("n", "").isdigit() else []
    arguments += [f"repeat={int(options['r'])}"] if options.get("r", "").isdigit() else []
    arguments += ["quiet=True"] if "q" in options else []
    arguments += ["names={**globals(), **locals()}"] if context.in_function else []
    arguments += ["keep=True"] if "o" in options else []
    return f"{context.use('_timeit')}({', '.join(arguments)})"


def _capture(argument: str, body: str, context: Context, translate: Translate) -> str:
    words = argument.split()
    names = [word for word in words if word.isidentifier()]
    off = [f"{stream}=False" for stream in ("stdout", "stderr") if f"--no-{stream}" in words]
    caught = f" as {names[0]}" if names else ""
    return f"with {context.use('_captured')}({', '.join(off)}){caught}:\n{indented(_block(translate(body, True)))}"


def _cd(argument: str, context: Context, translate: Translate) -> str:
    options, folder = _options(argument, "q")
    folder = folder.strip().strip("\"'")
    arguments = ([context.command(folder)] if folder else []) + ["quiet=True"] * ("q" in options)
    return f"{context.use('_cd')}({', '.join(arguments)})"


def _env(argument: str, context: Context, translate: Translate) -> str:
    if not argument.strip():
        return '{**__import__("os").environ}'
    name, value = re.match(r"([^\s=]+)(?:\s*=\s*|\s+|$)(.*)", argument.strip(), re.DOTALL).groups()
    if not value and "=" not in argument:
        return f'__import__("os").environ[{literal(name)}]'
    return f"{context.use('_set_env')}({context.command(name)}, {context.command(value)})"


def _run(argument: str, context: Context, translate: Translate) -> str:
    options, rest = _options(argument, "nipmtdeGNl", values=set("lN"))
    words = _words(rest)
    if not words or "m" in options:
        return _lost("run", argument, context)
    share = ", share=True" if "i" in options else ""
    return f"{context.use('_run')}({', '.join(map(context.command, words))}{share})"


def _lost(name: str, argument: str, context: Context) -> str:
    context.warn(f"%{name} no se puede traducir así y queda como comentario.")
    return comment(f"AVISO: solo en Jupyter: %{name} {argument}".rstrip())


def _write_file(argument: str, body: str, context: Context, translate: Translate) -> str:
    words = _words(argument)
    append = {"-a", "--append"} & set(words)
    names = [word for word in words if word not in ("-a", "--append")]
    if not names:
        return f"{_lost('%writefile', argument, context)}\n{comment(body)}"
    end = ", append=True" if append else ""
    return f"{context.use('_write_file')}({context.command(' '.join(names))}, {literal(body)}{end})"


def _script(argument: str, body: str, context: Context, translate: Translate) -> str:
    return _interpreter(argument, body, context)


def _interpreter(command: str, body: str, context: Context) -> str:
    """«%%bash --out x -s 1»: las opciones de IPython se separan de la orden."""
    program, options = _script_options(_words(command))
    if program[:1] in (["bash"], ["sh"]):
        program = [word for given in program for word in ((given, "--") if given == "-s" else (given,))]
    text, name = literal(body), context.command(" ".join(word if set("{}$") & set(word) else shlex.quote(word) for word in program))
    names = {stream: options.get(stream, "") for stream in ("out", "err")}
    keep = [f"keep={tuple(stream for stream, kept in names.items() if kept)!r}"] if any(names.values()) else []
    call = f"{context.use('_script')}({', '.join([name, text, *keep, *['check=False'] * ('no-raise-error' in options)])})"
    if installs(body) and not context.install:
        run = f"lambda text: {context.use('_script')}({name}, text)"
        call = f"{context.use('_install')}({text}, {run})"
    if all(names.values()):
        return f"{names['out']}, {names['err']} = {call}"
    return f"{names['out']} = {call}[0]" if names["out"] else f"{names['err']} = {call}[1]" if names["err"] else call


def _script_options(words: list[str]) -> tuple[list[str], dict[str, str]]:
    """La orden sin las opciones largas, y las opciones: «--out x», «--out=x», «--no-raise-error»…"""
    program: list[str] = []
    options: dict[str, str] = {}
    waiting = iter(words)
    for word in waiting:
        name, equals, value = word.removeprefix("--").partition("=")
        if not word.startswith("--") or word == "--":
            program.append(word)
        elif name in ("out", "err", "proc"):
            options[name] = value if equals else next(waiting, "")
        else:
            options[name] = value
    return program, options


def _block(code: str) -> str:
    """El código como cuerpo de un bloque: con un ``pass`` si solo tiene comentarios."""
    return code if has_statements(code) else f"{code}\npass".lstrip("\n")


def _pylab(argument: str, context: Context, translate: Translate) -> str:
    return PYLAB


def _pwd(argument: str, context: Context, translate: Translate) -> str:
    return '__import__("os").getcwd()'


def _system(argument: str, context: Context, translate: Translate) -> str:
    return context.shell_lines(argument)


def _system_cell(argument: str, body: str, context: Context, translate: Translate) -> str:
    return context.shell_lines(f"{argument}\n{body}".strip("\n"))


LINE = {"time": _time, "timeit": _timeit, "cd": _cd, "env": _env, "set_env": _env, "run": _run, "pylab": _pylab, "pwd": _pwd,
        "system": _system, "sx": _system}  # fmt: skip
CELL = {"time": _time_cell, "timeit": _timeit_cell, "capture": _capture, "writefile": _write_file, "file": _write_file,
        "script": _script, "system": _system_cell, "sx": _system_cell}  # fmt: skip
OTHERS = {"alias", "edit", "ed", "hist", "history", "load", "loadpy", "macro", "notebook", "pastebin", "popd", "pushd", "precision",
          "pycat", "recall", "rep", "rerun", "reset", "reset_selective", "save", "sc", "store", "tb", "who", "who_ls", "whos",
          "xdel"}  # fmt: skip
ALWAYS_BARE = {"cd", "ls", "ll", "pwd"}  # ni «from numpy import *» trae nada que se llame así
AUTOMAGIC = SILENT | LINE.keys() | SYSTEM.keys() | set(INSTALLERS) | UNPROFILED | OTHERS
