"""Los mandos: qué se acepta, qué se corrige y cómo se dice."""

from __future__ import annotations

import math

import pytest

from course_utils.widgets.settings import CONTROLS, Settings, clean, describe, options


def test_good_values_pass_untouched():
    values = {"temperature": 0.73, "top_k": 12, "top_p": 0.35, "max_new_tokens": 7, "seed": 9}
    settings, complaints = clean(values)
    assert settings.generation() == values and complaints == []


@pytest.mark.parametrize(
    ("name", "value", "used", "shown"),
    [("temperature", 5, 2.0, "5"), ("temperature", -0.5, 0.0, "−0,5"), ("top_p", 1.2, 1.0, "1,2"), ("top_k", -3, 0, "−3"),
     ("max_new_tokens", 0, 1, "0"), ("max_new_tokens", 5000, 200, "5.000"), ("seed", -1, 0, "−1"), ("temperature", math.inf, 2.0, "∞")],
)  # fmt: skip
def test_out_of_range_goes_to_the_limit_and_says_so(name, value, used, shown):
    settings, complaints = clean({name: value})
    assert getattr(settings, name) == used
    assert len(complaints) == 1 and shown in complaints[0] and CONTROLS[name].title in complaints[0]


@pytest.mark.parametrize("value", ["hola", None, True, math.nan, [1], "x" * 500])
def test_what_is_not_a_number_keeps_what_there_was(value):
    settings, complaints = clean({"temperature": value}, Settings(temperature=0.4))
    assert settings.temperature == 0.4
    assert len(complaints) == 1 and "0,4" in complaints[0] and len(complaints[0]) < 160


def test_whole_numbers_stay_whole():
    settings, complaints = clean({"top_k": 3.6, "max_new_tokens": 20.0})
    assert settings.top_k == 4 and isinstance(settings.top_k, int) and isinstance(settings.max_new_tokens, int)
    assert len(complaints) == 1 and "entero" in complaints[0]


def test_infinite_top_k_is_off():
    assert clean({"top_k": math.inf})[0].top_k == 0


def test_unknown_control_is_named():
    settings, complaints = clean({"calor": 3})
    assert settings == Settings() and "«calor»" in complaints[0]


@pytest.mark.parametrize("name", ["temperature", "top_p", "max_new_tokens"])
def test_stops_are_in_order_and_hold_the_current_value(name):
    current = {"temperature": 0.73, "top_p": 0.333, "max_new_tokens": 17}[name]
    values = [stop["value"] for stop in options(name, current, 4096)]
    assert values == sorted(set(values)) and current in values


def test_the_last_stop_of_top_k_is_off_so_that_right_is_always_more():
    values = [stop["value"] for stop in options("top_k", 7, 60)]
    assert values[-1] == 0 and values[:-1] == sorted(values[:-1]) and max(values) < 60


def test_every_stop_can_be_used_and_reads_in_spanish():
    for name, control in CONTROLS.items():
        for stop in options(name, getattr(Settings(), name), 4096) if control.stops else []:
            assert clean({name: stop["value"]})[1] == []
            assert "." not in stop["text"]


def test_settings_in_one_line():
    assert describe(Settings(temperature=0.7, top_p=0.9, seed=3)) == "temperatura 0,7, top-k apagado, top-p 0,9, semilla 3"
