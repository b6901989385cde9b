"""Un intérprete de juguete: ejecuta un poco de Python sin ejecutar Python.

Recorre el árbol que da `ast.parse` y calcula él mismo lo que está en sus tablas; lo demás es un error. No hay `eval`, ni atributos,
ni importaciones, ni bucles sin fin: cada número, cada lista, cada paso y cada llamada tienen un límite.
"""
import ast
import operator
import warnings
from collections.abc import Callable

LONGEST_CODE = 400      # letras de un programa
LARGEST = 10**6         # valor absoluto de un número
LONGEST = 100           # letras de un texto, o lo que ocupa una lista
MOST_STEPS = 2_000      # nodos del árbol que se visitan
DEEPEST = 40            # nodos anidados, contando las llamadas

BINARY: dict[type, Callable] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow,
}
COMPARE: dict[type, Callable] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.In: lambda item, whole: item in whole, ast.NotIn: lambda item, whole: item not in whole,
}
UNARY: dict[type, Callable] = {ast.Not: operator.not_, ast.USub: operator.neg, ast.UAdd: operator.pos}
BUILTINS: dict[str, Callable] = {
    "len": len, "max": max, "min": min, "sum": sum, "sorted": sorted, "abs": abs, "str": str, "int": int, "bool": bool, "any": any,
    "all": all, "list": list, "reversed": lambda whole: list(reversed(whole)), "range": lambda *limits: bounded(range(*limits)),
}
KEYWORDS = {"sorted": {"reverse"}}
METHODS: dict[type, frozenset[str]] = {
    str: frozenset({"upper", "lower", "capitalize", "title", "replace", "count", "startswith", "endswith", "find", "index", "join", "split",
                    "strip"}),
    list: frozenset({"count", "index"}),
    dict: frozenset({"get"}),
}
ALLOWED_TYPES = (bool, int, float, str, list, range, dict)


class CodeError(ValueError):
    """El código no se entiende, hace algo que aquí no se permite, o falla."""


def run(code: str) -> str:
    """Lo que una sesión de Python escribiría tras la última línea de `code`. Lanza `CodeError` si no puede o no debe."""
    shown = [text for text in Session().execute(code) if text is not None]
    if not shown:
        raise CodeError(f"Este código no muestra ningún valor: «{code[:60]}»; acábalo con una expresión.")
    return shown[-1]


def bounded(value: object) -> object:
    """El mismo valor, si es de los que se manejan aquí y no es demasiado grande."""
    if not isinstance(value, ALLOWED_TYPES):
        raise CodeError(f"Aquí no se usan valores de tipo «{type(value).__name__}».")
    if not (weight(value) <= LONGEST if hasattr(value, "__len__") else abs(value) <= LARGEST):
        raise CodeError("Un valor ha crecido demasiado; usa números, listas y textos más pequeños.")
    return value


def weight(value: object) -> int:
    """Cuánto ocupa un valor, contando lo que lleva dentro."""
    if isinstance(value, dict):
        return weight([*value, *value.values()])
    if isinstance(value, list):
        return len(value) + sum(weight(item) for item in value)
    return len(value) if isinstance(value, str | range) else 1


class Session:
    """Una sesión: recuerda las variables y las funciones de una línea a la siguiente."""

    def __init__(self):
        self.names: dict[str, object] = {}
        self.functions: dict[str, ast.FunctionDef] = {}
        self.steps = self.depth = 0

    def execute(self, code: str) -> list[str | None]:
        """Por cada instrucción, lo que muestra (None si nada)."""
        try:
            return [self._statement(node) for node in _parse(code).body]
        except CodeError:
            raise
        except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as error:
            raise CodeError(f"El código falla: {type(error).__name__} en «{code[:60]}».") from None

    def _statement(self, node: ast.stmt) -> str | None:
        if isinstance(node, ast.Expr):
            return repr(self._value(node.value, self.names))
        if isinstance(node, ast.FunctionDef):
            self.functions[node.name] = _one_line(node)
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            self.names[node.targets[0].id] = self._value(node.value, self.names)
        else:
            raise _forbidden(node)
        return None

    def _value(self, node: ast.expr, names: dict) -> object:
        self.steps, self.depth = self.steps + 1, self.depth + 1
        method = getattr(self, "_" + type(node).__name__.lower(), None)
        if method is None:
            raise _forbidden(node)
        if self.steps > MOST_STEPS or self.depth > DEEPEST:
            raise CodeError("El código tarda demasiado o se llama a sí mismo demasiadas veces.")
        value = bounded(method(node, names))
        self.depth -= 1
        return value

    # ---------------------------------------------------------------- un método por clase de expresión

    def _constant(self, node: ast.Constant, names: dict) -> object:
        return node.value

    def _name(self, node: ast.Name, names: dict) -> object:
        if node.id not in names:
            raise CodeError(f"No hay ninguna variable «{node.id}».")
        return names[node.id]

    def _list(self, node: ast.List, names: dict) -> list:
        return [self._value(item, names) for item in node.elts]

    def _dict(self, node: ast.Dict, names: dict) -> dict:
        return {self._key(key, names): self._value(value, names) for key, value in zip(node.keys, node.values)}

    def _key(self, node: ast.expr | None, names: dict) -> object:
        if node is None:
            raise CodeError("Aquí no se desempaquetan diccionarios.")
        return self._value(node, names)

    def _unaryop(self, node: ast.UnaryOp, names: dict) -> object:
        return _operation(UNARY, node.op)(self._value(node.operand, names))

    def _binop(self, node: ast.BinOp, names: dict) -> object:
        left, right = self._value(node.left, names), self._value(node.right, names)
        _check_growth(node.op, left, right)
        return _operation(BINARY, node.op)(left, right)

    def _boolop(self, node: ast.BoolOp, names: dict) -> object:
        wanted = isinstance(node.op, ast.Or)
        for part in node.values[:-1]:
            if bool(value := self._value(part, names)) == wanted:
                return value
        return self._value(node.values[-1], names)

    def _compare(self, node: ast.Compare, names: dict) -> bool:
        left = self._value(node.left, names)
        for op, part in zip(node.ops, node.comparators):
            right = self._value(part, names)
            if not _operation(COMPARE, op)(left, right):
                return False
            left = right
        return True

    def _ifexp(self, node: ast.IfExp, names: dict) -> object:
        return self._value(node.body if self._value(node.test, names) else node.orelse, names)

    def _subscript(self, node: ast.Subscript, names: dict) -> object:
        whole = self._value(node.value, names)
        if not isinstance(node.slice, ast.Slice):
            return whole[self._value(node.slice, names)]
        limits = (node.slice.lower, node.slice.upper, node.slice.step)
        return whole[slice(*(None if limit is None else self._value(limit, names) for limit in limits))]

    def _joinedstr(self, node: ast.JoinedStr, names: dict) -> str:
        return "".join(str(self._value(part, names)) for part in node.values)

    def _formattedvalue(self, node: ast.FormattedValue, names: dict) -> str:
        if node.format_spec is not None or node.conversion != -1:
            raise CodeError("Entre las llaves de un texto f'…' solo puede ir una expresión.")
        return str(self._value(node.value, names))

    def _listcomp(self, node: ast.ListComp, names: dict) -> list:
        (loop, *more) = node.generators
        if more or loop.is_async or not isinstance(loop.target, ast.Name):
            raise _forbidden(node)
        found = []
        for item in self._value(loop.iter, names):
            inner = {**names, loop.target.id: item}
            if all(self._value(test, inner) for test in loop.ifs):
                found.append(self._value(node.elt, inner))
        return found

    def _call(self, node: ast.Call, names: dict) -> object:
        arguments = [self._value(argument, names) for argument in node.args]
        if isinstance(node.func, ast.Attribute) and not node.keywords:
            return self._method(self._value(node.func.value, names), node.func.attr, arguments)
        if not isinstance(node.func, ast.Name):
            raise _forbidden(node)
        name, keywords = node.func.id, {keyword.arg: self._value(keyword.value, names) for keyword in node.keywords}
        if name in self.functions and not keywords:
            return self._apply(self.functions[name], arguments)
        if name not in BUILTINS or not keywords.keys() <= KEYWORDS.get(name, set()):
            raise CodeError(f"Aquí no se puede llamar a «{name}» así.")
        return BUILTINS[name](*arguments, **keywords)

    def _method(self, owner: object, name: str, arguments: list) -> object:
        if name not in METHODS.get(type(owner), ()):
            raise CodeError(f"Aquí no se puede usar «.{name}».")
        if name in ("replace", "join") and sum(len(str(part)) for part in (owner, *arguments)) > LONGEST:
            raise CodeError("Un texto ha crecido demasiado; usa textos más cortos.")
        return getattr(owner, name)(*arguments)

    def _apply(self, function: ast.FunctionDef, arguments: list) -> object:
        parameters = [parameter.arg for parameter in function.args.args]
        if len(parameters) != len(arguments):
            raise CodeError(f"«{function.name}» recibe {len(parameters)} argumentos, no {len(arguments)}.")
        return self._value(function.body[0].value, {**self.names, **dict(zip(parameters, arguments))})


def _parse(code: str) -> ast.Module:
    if len(code) > LONGEST_CODE:
        raise CodeError(f"El código tiene {len(code)} letras; caben {LONGEST_CODE}.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise CodeError(f"Esto no es Python: «{code[:60]}».") from None


def _one_line(node: ast.FunctionDef) -> ast.FunctionDef:
    """La misma función, si no hace más que devolver una expresión de parámetros corrientes."""
    given = node.args
    plain = not (given.posonlyargs or given.kwonlyargs or given.vararg or given.kwarg or given.defaults or node.decorator_list)
    body = node.body
    if not (plain and len(body) == 1 and isinstance(body[0], ast.Return) and body[0].value is not None):
        raise CodeError(f"La función «{node.name}» tiene que ser de una línea: «return» y una expresión.")
    return node


def _operation(table: dict[type, Callable], op: ast.AST) -> Callable:
    if type(op) not in table:
        raise _forbidden(op)
    return table[type(op)]


def _check_growth(op: ast.AST, left: object, right: object) -> None:
    """Antes de calcular nada: que ni una potencia ni una repetición desborden la memoria."""
    if isinstance(op, ast.Pow) and not (isinstance(right, int) and 0 <= right <= 9):
        raise CodeError("El exponente tiene que ser un entero de 0 a 9.")
    if isinstance(op, ast.Mod) and isinstance(left, str):
        raise CodeError("El signo % solo se usa aquí con números.")
    if isinstance(op, ast.Mult) and not (isinstance(left, int | float) and isinstance(right, int | float)):
        whole, times = (right, left) if isinstance(left, int) else (left, right)
        if len(whole) * times > LONGEST:
            raise CodeError("Un texto o una lista han crecido demasiado.")


def _forbidden(node: ast.AST) -> CodeError:
    return CodeError(f"Aquí no se permite «{type(node).__name__}».")
