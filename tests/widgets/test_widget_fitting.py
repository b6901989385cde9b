"""La calculadora de tamaño sin navegador: las cuentas son las de siempre, y lo que no vale se dice y no cambia nada."""

from __future__ import annotations

import base64
import json

import pytest

from course_utils import models, sizing, widgets
from course_utils.sizing.budget import CHIPS
from course_utils.sizing.shape import decoders
from course_utils.widgets import amounts, shell, still
from course_utils.widgets.fields import FIELDS
from course_utils.widgets.fitting import OWN, Fitting, Usage


@pytest.fixture
def fitting():
    return Fitting(sizing.public_shape("Llama 3.1 8B"), Usage(), "Llama 3.1 8B")


@pytest.mark.parametrize("name", decoders())
def test_every_preset_has_the_published_size(fitting, name):
    view = fitting.preset(name)
    assert view["total"] == f"{sizing.public(name).parameters:,} parámetros".replace(",", ".")
    assert sum(part["share"] for part in view["parts"]) == pytest.approx(1, abs=1e-4)
    assert view["preset"] == name and (view["per_token"] != "") == (name in ("Mixtral 8x7B", "Qwen3 30B-A3B"))


def test_memory_is_weights_and_cache(fitting):
    fitting.change("context", 8192)
    fitting.change("batch", 4)
    assert fitting.memory() == {
        "pesos": 2 * sizing.public("Llama 3.1 8B").parameters,
        "caché de claves y valores": 4 * sizing.public("Llama 3.1 8B").cache_bytes(8192),
    }


def test_the_cache_stays_in_sixteen_bits(fitting):
    caches = [fitting.change("precision", name) and fitting.memory()["caché de claves y valores"] for name in sizing.PRECISIONS]
    assert caches == [2 * caches[1], caches[1], caches[1], caches[1]]
    assert "la caché, en 16 bits" in fitting.snapshot()["room"]


def test_heads_do_not_change_the_total_but_their_groups_do(fitting):
    before = fitting.shape.parameters
    fitting.change("heads", 64)
    assert fitting.shape.head == 64 and fitting.shape.parameters < before, "con ocho de clave y valor, más estrechas, sus matrices encogen"
    fitting.preset("Llama 2 7B")
    before = fitting.shape.parameters
    fitting.change("kv_heads", 16)
    fitting.change("heads", 16)
    assert fitting.shape.parameters == before, "16 cabezas el doble de anchas suman lo mismo que 32"


def test_training_counts_sixteen_bytes_and_never_fewer_bits(fitting):
    fitting.change("task", "entrenarlo")
    fitting.change("precision", "4 bits")
    assert sum(fitting.memory().values()) == 16 * fitting.shape.parameters
    view = fitting.snapshot()
    assert view["room"].startswith("En 4 bits no se entrena entero: cuento bfloat16.") and not view["fits"]
    assert "Haría falta 2 veces esa memoria" in view["verdict"]


def test_the_verdict_says_what_would_do(fitting):
    fitting.change("chip", "RTX 4060")
    assert fitting.snapshot()["verdict"].startswith("No cabe en una RTX 4060") and "En 4 bits sí cabría." in fitting.snapshot()["verdict"]
    fitting.change("precision", "4 bits")
    assert fitting.snapshot()["fits"] and fitting.snapshot()["verdict"].startswith("Cabe en una RTX 4060: ocupa 4,6 GB")
    fitting.preset("Llama 3.1 405B")
    assert "veces esa memoria" in fitting.snapshot()["verdict"]


@pytest.mark.parametrize("chip", CHIPS)
def test_the_bar_is_to_scale(fitting, chip):
    view = fitting.change("chip", chip)
    need, capacity = sum(fitting.memory().values()), CHIPS[chip].memory
    assert view["capacity"] == pytest.approx(capacity / max(need, capacity), abs=1e-4)
    assert view["usable"] == pytest.approx(0.9 * view["capacity"], abs=1e-4)
    assert sum(row["share"] for row in view["memory"]) == pytest.approx(need / max(need, capacity), abs=1e-4)
    assert view["fits"] == (need <= 0.9 * capacity)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("layers", 0, "«Capas» es un número entero de 1 a 1.000 y he recibido 0"),
        ("layers", 2.5, "he recibido 2,5"),
        ("layers", None, "he recibido una casilla vacía"),
        ("layers", "muchas", "he recibido «muchas»"),
        ("layers", True, "he recibido True"),
        ("layers", float("nan"), "he recibido sin dato"),
        ("layers", 10**30, "de 1 a 1.000"),
        ("width", 4097, "El ancho, 4097, no se reparte entre 32 cabezas"),
        ("kv_heads", 7, "Las 32 cabezas no se reparten en 7 grupos iguales"),
        ("active_experts", 3, "no puede usar 3 de 1 expertos"),
        ("tied", "sí", "es sí o no"),
        ("precision", "int3", "es una de estas: float32, bfloat16, int8, 4 bits"),
        ("chip", "mi nevera", "«mi nevera»"),
        ("color", "azul", "No hay ninguna casilla llamada «color»"),
    ],
)
def test_what_is_not_valid_is_one_sentence_and_changes_nothing(fitting, name, value, words):
    before = fitting.snapshot()
    with pytest.raises(ValueError) as caught:
        fitting.change(name, value)
    assert words in str(caught.value) and "\n" not in str(caught.value)
    assert fitting.snapshot() == before


def test_changing_a_measure_makes_it_your_own(fitting):
    assert fitting.change("layers", 32)["preset"] == "Llama 3.1 8B", "escribir lo que ya había no cambia nada"
    assert fitting.change("layers", 33)["preset"] == OWN
    assert fitting.change("precision", "int8")["preset"] == OWN
    assert fitting.preset("GPT-2")["preset"] == "GPT-2"
    with pytest.raises(ValueError, match="No tengo la forma de «BERT base»"):
        fitting.preset("BERT base")


def test_learned_positions_are_a_limit(fitting):
    view = fitting.preset("GPT-2")
    assert fitting.usage.context == 1024 and "el contexto baja hasta ahí" in view["status"]
    with pytest.raises(ValueError, match="no se lee más de lo que tiene la tabla: 1.024 tokens, y has pedido 2.000"):
        fitting.change("context", 2000)


def test_a_style_without_groups_says_what_it_changes(fitting):
    view = fitting.change("style", "GPT-2")
    assert fitting.shape.kv_heads == 32 and "pongo 32 de clave y valor, y un experto" in view["status"]
    assert fitting.change("layers", 10)["status"] == "", "el aviso se dice una vez"


def test_the_shell_keeps_a_picture_and_a_text():
    widget = widgets.size_calculator("Qwen3 30B-A3B", chip="T4", precision="4 bits")
    data, _ = widget._repr_mimebundle_()
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG") and len(base64.b64decode(data["image/png"])) < still.LIMIT
    text = data["text/plain"]
    assert data[shell.VIEW]["model_id"] == widget.model_id and 6 <= len(text.splitlines()) <= 8
    assert text.startswith("Calculadora de tamaño: Qwen3 30B-A3B. 30.532.122.624 parámetros.") and "Ejecuta esta celda" in text
    assert len(json.dumps(widget.get_state("snapshot"))) < 20_000


def test_the_shell_answers_every_gesture():
    widget = widgets.size_calculator("GPT-2", context=512)
    assert widget.answer({"kind": "hello"})["kind"] == "snapshot"
    assert widget.answer({"kind": "change", "name": "layers", "value": 24})["preset"] == OWN
    assert "«Capas»" in widget.answer({"kind": "change", "name": "layers", "value": -1})["status"]
    assert widget.answer({"kind": "preset", "name": "Llama 2 7B"})["preset"] == "Llama 2 7B"
    assert "No tengo la forma" in widget.answer({"kind": "preset", "name": "<img>"})["status"]
    widget.set(layers=40, chip="T4")
    assert widget.shape.layers == 40 and widget.current()["fields"][-1]["value"] == "T4"


def test_any_configuration_can_be_its_start():
    widget = widgets.size_calculator(sizing.of_config(models.load("decoder").model.config), context=128)
    assert "2.271.360 parámetros" in widget.describe() and "menos de dos minutos de una NVIDIA H100" in widget.describe()
    assert widget.current()["preset"] == OWN


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"model": "GPT-5"}, "No tengo la configuración"),
        ({"model": "BERT base"}, "No tengo fórmula"),
        ({"chip": "x"}, "«Dónde» es una de estas"),
        ({"context": 0}, "«Contexto»"),
    ],
)
def test_a_wrong_start_is_explained(wrong, words):
    with pytest.raises(ValueError, match=words):
        widgets.size_calculator(**wrong)


def test_every_field_explains_itself():
    assert all(field.title and field.help.endswith(".") for field in FIELDS.values())


@pytest.mark.parametrize(("n", "words"), [(950, "950"), (124_439_808, "124 millones"), (2_271_360, "2,3 millones"),
                                          (68_976_648_192, "68.977 millones"), (1.2e12, "1,20 billones"), (1e6, "1,0 millón")])  # fmt: skip
def test_counts_in_words(n, words):
    assert amounts.count(n) == words


def test_bytes_and_powers():
    assert [amounts.size(n) for n in (512, 6144, 4.5e6, 16.06e9, 1.6e12)] == ["512 bytes", "6,1 kB", "4,5 MB", "16,1 GB", "1,6 TB"]
    assert amounts.power(3.8e25) == "3,8·10²⁵" and amounts.of(640, "tokens") == "640 tokens"
