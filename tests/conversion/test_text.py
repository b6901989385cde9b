"""El texto de un valor es el que Jupyter guarda en el cuaderno: se compara con el de IPython, valor por valor."""

from __future__ import annotations

import array
import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import functools
import pathlib
import re
import types
import typing

import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter

from course_utils.conversion.support.showing import _text

LONG = "una palabra bastante larga"
KEYS = {f"{LONG} {i}": i for i in range(4)}


@dataclasses.dataclass
class Point:
    x: int
    y: list


class Pair(typing.NamedTuple):
    a: int
    b: object


class Color(enum.Enum):
    RED = 1


class Plain:
    pass


class Lines:
    def __repr__(self):
        return "línea 1\nlínea 2"


class Own(list):
    def __repr__(self):
        return "propio"


class MyList(list):
    pass


class MyDict(dict):
    pass


class Html:
    def _repr_html_(self):
        return "<b>"


class Pretty:
    def _repr_pretty_(self, printer, cycle):
        printer.text("bonito")


class Bundle:
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": "atado", "text/html": "<b>"}


class BundleAndMore(Bundle):
    def _repr_mimebundle_(self, include=None, exclude=None):
        return super()._repr_mimebundle_(), {"text/plain": {}}


class Meta(type):
    def __repr__(cls):
        return "la clase"


class WithMeta(metaclass=Meta):
    pass


def function(a, b=3, *c, d: int = 4, **e) -> str: ...


circular: list = [1]
circular.append(circular)
circular_dict: dict = {}
circular_dict["a"] = circular_dict

VALUES = {
    "numbers": [3, -1, 3.0, 1e100, 0.1 + 0.2, float("nan"), float("-inf"), 1 + 2j, True, None, ...],
    "each number": 0.1 + 0.2, "big integer": 10**100, "a complex": 1j, "none": None, "ellipsis": ..., "not implemented": NotImplemented,
    "text": "ñ", "text of lines": "a\nb", "text with quotes": "it's \"x\"", "long text": LONG * 10, "long text of lines": f"{LONG}\n" * 9,
    "bytes": b"a\n\xff", "bytearray": bytearray(b"x"), "empty text": "", "text in a list": [LONG * 10, "x\ny"],
    "empty": ([], (), {}, set(), frozenset()), "empty list": [], "empty tuple": (), "empty dict": {}, "empty set": set(),
    "empty frozen": frozenset(),
    "list": [1, 2, 3], "long list": list(range(60)), "nested": [[LONG] * 3] * 3, "deep": [[[[[LONG, LONG], [LONG]], [LONG]], LONG], LONG],
    "one": (1,), "one long": (LONG * 5,), "tuple": (1, 2), "long tuple": (LONG,) * 5, "tuple of lists": ([1] * 30, [2] * 30),
    "list of tuples": [("a", 1), ("b", 2)] * 10, "matrix": [[1, 2], [3, 4]], "big matrix": [[i * j for j in range(12)] for i in range(6)],
    "floats": [i / 7 for i in range(20)], "78 wide": ["x" * 35, "y" * 34], "79 wide": ["x" * 35, "y" * 35], "80 wide": ["x" * 35, "y" * 36],
    "81 wide": ["x" * 36, "y" * 36], "wide letters": ["ñ" * 35, "日本" * 20], "dict": {"a": 1, "b": [2]}, "long dict": KEYS,
    "keys of all kinds": {1: 2, "a": 3, (1, 2): [4], None: 5, False: 6}, "dict in a list": [{"a": 1}, {"b": 2}] * 6,
    "long key": {("a" * 50, "b" * 40): 1},
    "set": {3, 1, 2}, "long set": set(range(60)), "set of texts": {"b", "a", "c"}, "set of tuples": {(1, 2), (0, 1)},
    "frozen set": frozenset({2, 1}),
    "long frozen set": frozenset(range(60)), "sets in a dict": {"a": {1, 2}, "b": frozenset({3}), "c": set()},
    "1000": list(range(1000)), "1001": list(range(1001)), "1001 of a dict": dict.fromkeys(range(1001)),
    "1001 of a tuple": tuple(range(1001)),
    "1001 of a set": set(range(1001)), "range": range(10), "keys": {"a": 1}.keys(), "values": {"a": 1}.values(), "items": {"a": 1}.items(),
    "slice": slice(1, 2), "list of its own": MyList([LONG] * 5), "dict of its own": MyDict(KEYS), "list with its repr": Own([LONG] * 5),
    "function": function, "lambda": lambda x, *, y=2: x, "class": Point, "class of Python": int,
    "class of collections": collections.Counter,
    "class of numpy": np.ndarray, "classes": [int, Point, str, type(None)], "functions": [function, function],
    "function in a dict": {"f": function},
    "method of a list": list.append, "generic": list[int], "union": int | None, "partial": functools.partial(int, base=2),
    "exception": ValueError("a"),
    "exceptions": [KeyError("a", "b")], "counter": collections.Counter("abracadabra"), "counters": [collections.Counter("aab")] * 3,
    "ordered": collections.OrderedDict(a=1, b=2), "empty ordered": collections.OrderedDict(), "deque": collections.deque([1, 2]),
    "short deque": collections.deque([1, 2], maxlen=3), "chain": collections.ChainMap({"a": 1}), "user dict": collections.UserDict(a=1),
    "namespace": types.SimpleNamespace(a=1, b="x"), "proxy": types.MappingProxyType({"a": 1}), "dataclass": Point(1, [2]),
    "long dataclass": Point(1, [LONG] * 9), "dataclasses": [Point(1, [LONG])] * 3, "named": Pair(1, "a"), "long named": Pair(1, LONG * 5),
    "nameds": [Pair(1, LONG)] * 4, "enum": Color.RED, "enums": [Color.RED, {Color.RED: 1}], "lines": Lines(), "bundle": Bundle(),
    "two bundles": BundleAndMore(),
    "array": np.arange(5), "square": np.eye(3), "big array": np.zeros((200, 200)), "texts": np.array(["a", "b"]),
    "type of array": np.dtype("f4"),
    "records": np.array([(1, 2.0)], dtype=[("a", int), ("b", float)]), "numpy float": np.float64(3.5),
    "numpy floats": [np.float64(i) / 3 for i in range(6)],
    "numpy bool": np.bool_(True), "short arrays": [np.arange(3)] * 3, "decimal": decimal.Decimal("1.5"),
    "fraction": fractions.Fraction(1, 3),
    "date": datetime.date(2020, 1, 1), "datetime": datetime.datetime(2020, 1, 1, 12), "time": datetime.timedelta(days=1),
    "path": pathlib.PurePosixPath("/a"),
    "match": re.match("a", "ab"), "python array": array.array("i", [1, 2]), "path in a list": [pathlib.PurePosixPath("/a/b")] * 9,
    "list in a dict": {"clave": [LONG] * 4}, "dicts in a dict": {"a": {"b": [LONG] * 4, "c": (1, 2)}, "d": {LONG}},
    "dicts in a list in a dict": {"clave": [{"x": LONG, "y": i} for i in range(4)]},
    "list of a long key": {("a" * 50, "b" * 40): [LONG] * 4},
    "a row that almost fits": [[i * j for j in range(20)] for i in range(6)], "a last row that almost fits": [["a"], ["x" * 35, "y" * 35]],
    "lines in a list": [Lines(), Lines()], "lines in a dict": {"a": Lines()}, "arrays": [np.arange(3), np.arange(30)],
    "array in a dict": {"a": np.eye(2), "b": 3}, "array in a tuple": (np.eye(2), np.eye(2)),
    "circular": circular, "circular dict": circular_dict,
    "long counter": collections.Counter({key: 9 - i for i, key in enumerate(KEYS)}),
    "default": collections.defaultdict(list, {"a": [1]}),
    "empty default": collections.defaultdict(int), "long default": collections.defaultdict(list, KEYS),
    "long ordered": collections.OrderedDict(KEYS),
    "default in a dict": {"a": collections.defaultdict(int, {"x": 1})}, "long deque": collections.deque(range(60)),
    "deques": [collections.deque([LONG] * 3)],
    "long namespace": types.SimpleNamespace(a=LONG * 2, b=LONG * 2), "long proxy": types.MappingProxyType(KEYS),
    "object": Plain(), "objects": [Plain()], "object with HTML": Html(),
    "property": property(int),
    "built in": len, "built ins": [len, print],
    "mixed set": {1, "a", None, "b", 2.5, (1,)},
    "with a metaclass": WithMeta, "class of an enum": Color,
    "bundles": [Bundle()],
}  # fmt: skip


def told(text: str) -> str:
    """Sin direcciones de memoria."""
    return re.sub(r"0x[0-9a-f]+", "0x", text)


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_the_text_of_a_value(value):
    bundle, _ = DisplayFormatter().format(value)
    assert told(_text(value)) == told(bundle["text/plain"])


def test_what_fails_to_say_its_text_says_why():
    class Broken:
        def __repr__(self):
            raise ValueError("no sé")

    with pytest.raises(ValueError, match="no sé"):
        _text([Broken()])
