"""El tema: contraste AA en claro y oscuro, colores que no se confunden sin ver rojo o verde, y números a la española."""

from __future__ import annotations

import math
import subprocess
import sys
from itertools import product

import numpy as np
import pytest

from course_utils import diagrams, theme

BOTH = pytest.mark.parametrize("colors", [theme.LIGHT, theme.DARK], ids=["claro", "oscuro"])
WRITTEN = ("ink", "quiet", "accent", "truth", "ok", "wrong")  # papeles que pueden ser texto sobre el papel
FILLS = ("paper", "soft", "cut", "frozen", "accent", "train", *(f"accent@{diagrams.shade(p):.2f}" for p in np.linspace(0, 1, 11)))
TOLD_APART = [("accent", "truth"), ("ok", "wrong"), ("train", "frozen"), ("accent", "cut"), ("accent", "soft"), ("soft", "paper")]

# Cómo ve cada color una persona sin conos L, M o S (Machado, Oliveira y Fernandes, 2009, severidad 1), en RGB lineal.
BLINDNESS = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def linear(color: str) -> np.ndarray:
    channels = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* (blanco D65) de un color en RGB lineal."""
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ np.clip(rgb, 0, 1)
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in xyz / np.array([0.9505, 1.0, 1.089]))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@BOTH
@pytest.mark.parametrize("role", WRITTEN)
def test_every_written_role_reads_on_paper(colors, role):
    assert theme.contrast(colors[role], colors.paper) >= 4.5


@BOTH
@pytest.mark.parametrize("fill", FILLS)
def test_something_reads_on_every_fill(colors, fill):
    assert theme.contrast(diagrams.resolve(f"on {fill}", colors), diagrams.resolve(fill, colors)) >= 4.5


@BOTH
@pytest.mark.parametrize("role", ["accent", "truth", "ok", "wrong", "quiet", "ink"])
def test_strokes_stand_out(colors, role):
    assert theme.contrast(colors[role], colors.paper) >= 3


@BOTH
@pytest.mark.parametrize("pair, matrix", list(product(TOLD_APART, BLINDNESS)), ids=lambda value: str(value))
def test_roles_are_told_apart_without_some_cones(colors, pair, matrix):
    first, second = (lab(np.array(BLINDNESS[matrix]) @ linear(colors[role])) for role in pair)
    assert np.linalg.norm(first - second) > 10


def test_contrast_of_known_pairs():
    assert theme.contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert theme.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)  # el gris que justo no llega
    assert theme.contrast("#123456", "#123456") == pytest.approx(1)


def test_palette_by_attribute_and_by_name():
    assert theme.LIGHT.accent == theme.LIGHT["accent"] == theme.LIGHT.roles()["accent"]
    assert "name" not in theme.LIGHT.roles()
    assert f"--curso-accent: {theme.DARK.accent};" in theme.DARK.css()
    assert set(theme.LIGHT.roles()) == set(theme.DARK.roles())


def test_unknown_theme_names_the_ones_there_are():
    with pytest.raises(ValueError, match="«rosa»: elige entre light y dark"):
        theme.palette("rosa")


def test_using_puts_everything_back():
    import matplotlib

    before, inked = theme.current(), matplotlib.rcParams["text.color"]
    with theme.using("dark") as colors:
        assert theme.current() is colors is theme.DARK
        assert matplotlib.rcParams["text.color"] == theme.DARK.ink
    assert theme.current() is before
    assert matplotlib.rcParams["text.color"] == inked


def test_using_puts_everything_back_after_an_error():
    before = theme.current()
    with pytest.raises(ZeroDivisionError), theme.using("dark"):
        raise ZeroDivisionError
    assert theme.current() is before


def test_theme_does_not_pay_for_matplotlib():
    code = "import sys; from course_utils import theme; theme.percent(0.5); sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "x, digits, text",
    [
        (1234.5, None, "1.234,5"),
        (0.7, None, "0,7"),
        (3, None, "3"),
        (1_557_611_200, None, "1.557.611.200"),
        (0.12345678, None, "0,1235"),
        (-2.5, None, "−2,5"),
        (-0.00001, None, "0"),
        (2, 2, "2,00"),
        (100, None, "100"),
        (math.inf, None, "∞"),
        (-math.inf, None, "−∞"),
        (math.nan, None, "sin dato"),
    ],
)
def test_numbers_in_spanish(x, digits, text):
    assert theme.number(x, digits) == text


@pytest.mark.parametrize(
    "x, digits, text",
    [
        (0.12, 0, "12 %"),
        (0.031, 1, "3,1 %"),
        (0, 0, "0 %"),
        (1, 0, "100 %"),
        (0.004, 0, "< 1 %"),
        (0.0004, 1, "< 0,1 %"),
        (0.996, 0, "> 99 %"),
        (0.9996, 1, "> 99,9 %"),
        (0.994, 0, "99 %"),
        (12.34, 0, "1.234 %"),
        (math.nan, 0, "sin dato"),
    ],
)
def test_percentages_in_spanish(x, digits, text):
    assert theme.percent(x, digits) == text


@pytest.mark.parametrize(
    "text, shown",
    [
        ("zorra", "zorra"),
        ("¡año!", "¡año!"),
        ("a\nb\tc", "a↵b⇥c"),
        ("🦊", "⟨U+1F98A⟩"),
        ("\x07", "⟨U+0007⟩"),
        ("\u200b", "⟨U+200B⟩"),
        ("$x^2$", "$x^2$"),
    ],
)
def test_only_what_can_be_drawn(text, shown):
    assert theme.drawable(text) == shown


def test_mix_goes_from_one_end_to_the_other():
    assert theme.mix("#000000", "#FFFFFF", 0) == "#000000"
    assert theme.mix("#000000", "#FFFFFF", 2) == "#FFFFFF"
    assert theme.mix("#000000", "#FFFFFF", 0.5) == "#808080"
