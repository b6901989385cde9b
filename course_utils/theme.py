"""El aspecto del curso como datos: colores por papel (no por nombre), claro y oscuro, y números escritos a la española.

Ningún dibujo elige un color: pide un papel («accent», «truth», «cut»…) y la paleta activa lo resuelve. Dos reglas que
comprueban las pruebas: todo texto llega al contraste AA de WCAG 2.2 (4,5 : 1) y el color nunca es la única señal.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import lru_cache

FONT = "DejaVu Sans"
LONGEST = 300  # letras de un texto que se dibuja


@dataclass(frozen=True)
class Palette:
    """Colores por papel, en hexadecimal «#RRGGBB». Se piden como atributo (`paleta.accent`) o por nombre (`paleta["accent"]`)."""

    name: str
    paper: str  # fondo
    ink: str  # texto y trazos
    quiet: str  # texto secundario
    accent: str  # lo que hay que mirar: la barra elegida, el modelo
    soft: str  # relleno suave del mismo tono que accent
    truth: str  # la verdad del micromundo, la referencia
    cut: str  # relleno de lo que se corta (siempre con rayado)
    train: str  # lo que se entrena
    frozen: str  # lo que está congelado (siempre con rayado)
    ok: str  # correcto (siempre con ✓ o la palabra)
    wrong: str  # incorrecto (siempre con ✗ o la palabra)

    def __getitem__(self, role: str) -> str:
        return getattr(self, role)

    def roles(self) -> dict[str, str]:
        """Papel → color, sin el nombre de la paleta."""
        return {field.name: self[field.name] for field in fields(self) if field.name != "name"}

    def css(self, prefix: str = "--curso-") -> str:
        """Las mismas parejas como variables de CSS: «--curso-paper: #FBFAF7; …»."""
        return " ".join(f"{prefix}{role}: {color};" for role, color in self.roles().items())


LIGHT = Palette(
    "light",
    paper="#FBFAF7",
    ink="#1F2430",
    quiet="#646B79",
    accent="#2B6CB0",
    soft="#C9D8EA",
    truth="#B4500B",
    cut="#E3E5E9",
    train="#E08E3C",
    frozen="#DDE1E7",
    ok="#0F766E",
    wrong="#A8184B",
)
DARK = Palette(
    "dark",
    paper="#14171F",
    ink="#E9EBF1",
    quiet="#A3ACBB",
    accent="#74B4F2",
    soft="#2B4868",
    truth="#F2A65E",
    cut="#2A2F3A",
    train="#E39A4E",
    frozen="#363D4A",
    ok="#5CCFBC",
    wrong="#FF8FB0",
)
PALETTES = {palette.name: palette for palette in (LIGHT, DARK)}

_active = LIGHT


def palette(theme: str | Palette | None = None) -> Palette:
    """La paleta llamada `theme` («light» o «dark»); sin argumento, la activa. ValueError si no existe."""
    if theme is None:
        return _active
    if isinstance(theme, Palette):
        return theme
    if theme not in PALETTES:
        raise ValueError(f"No hay ningún tema llamado «{theme}»: elige entre {' y '.join(PALETTES)}.")
    return PALETTES[theme]


def current() -> Palette:
    """La paleta activa: la última que puso `apply`, o la clara."""
    return _active


def settings(theme: str | Palette = "light") -> dict[str, object]:
    """Los rcParams de matplotlib de un tema: papel, tinta, letra, sin marcos y con SVG repetible."""
    colors = palette(theme)
    inked = ("text.color", "axes.edgecolor", "axes.labelcolor", "axes.titlecolor", "xtick.color", "ytick.color")
    papered = ("figure.facecolor", "axes.facecolor", "savefig.facecolor", "savefig.edgecolor")
    spines = {f"axes.spines.{side}": side == "bottom" for side in ("top", "right", "left", "bottom")}
    return {
        **dict.fromkeys(inked, colors.ink),
        **dict.fromkeys(papered, colors.paper),
        **spines,
        "font.family": FONT,
        "font.size": 12,
        "hatch.linewidth": 0.8,
        "svg.hashsalt": "curso",
        "svg.fonttype": "path",
        "axes.formatter.use_locale": False,
        "figure.dpi": 100,
        "text.parse_math": False,
        "text.hinting": "no_hinting",
    }


def apply(theme: str | Palette = "light") -> Palette:
    """Activa un tema para todo lo que se dibuje después y lo devuelve."""
    global _active
    import matplotlib

    _active = palette(theme)
    matplotlib.rcParams.update(settings(_active))
    return _active


@contextmanager
def using(theme: str | Palette = "light") -> Iterator[Palette]:
    """Activa un tema solo dentro del bloque `with`; al salir, todo queda como estaba."""
    global _active
    import matplotlib

    previous = _active
    with matplotlib.rc_context():
        try:
            yield apply(theme)
        finally:
            _active = previous


def luminance(color: str) -> float:
    """Luminancia relativa de un color «#RRGGBB», de 0 (negro) a 1 (blanco). Fuente: WCAG 2.2."""
    channels = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Razón de contraste entre dos colores, de 1 a 21. El nivel AA pide 4,5 al texto y 3 a los trazos. Fuente: WCAG 2.2."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def mix(start: str, end: str, amount: float) -> str:
    """El color que está a `amount` (0 … 1) del camino entre `start` y `end`."""
    amount = min(max(float(amount), 0.0), 1.0)
    pairs = ((int(start[i : i + 2], 16), int(end[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * amount):02X}" for a, b in pairs)


def readable_on(background: str, colors: Palette | None = None) -> str:
    """Tinta o papel, lo que mejor se lea sobre `background`."""
    colors = colors or _active
    return max((colors.ink, colors.paper), key=lambda color: contrast(color, background))


def number(x: float, digits: int | None = None) -> str:
    """Un número escrito en español: 1234.5 → «1.234,5».

    Con `digits`, ese número fijo de decimales; sin él, hasta cuatro y sin ceros de sobra.
    """
    x = float(x)
    if math.isnan(x):
        return "sin dato"
    if math.isinf(x):
        return "∞" if x > 0 else "−∞"
    text = f"{abs(x):,.{4 if digits is None else digits}f}"
    if digits is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    sign = "−" if x < 0 and any(c in "123456789" for c in text) else ""
    return sign + text.translate(str.maketrans(",.", ".,"))


def percent(x: float, digits: int = 0) -> str:
    """Una proporción (0 … 1) como porcentaje: 0.12 → «12 %». Lo que no es cero no se redondea a cero: «< 1 %»; ni a cien: «> 99 %»."""
    x = float(x)
    if math.isnan(x):
        return "sin dato"
    unit = 10.0**-digits
    if 0 < 100 * x < unit / 2:
        return f"< {number(unit, digits)} %"
    if 100 - unit / 2 <= 100 * x < 100 - 1e-9:
        return f"> {number(100 - unit, digits)} %"
    return f"{number(100 * x, digits)} %"


@lru_cache(maxsize=1)
def _glyphs() -> frozenset[int]:
    from matplotlib import font_manager

    return frozenset(font_manager.get_font(font_manager.findfont(FONT)).get_charmap())


def drawable(text: str) -> str:
    """El mismo texto sin nada que la letra no pueda dibujar: un salto se ve «↵», un emoji o un control se ven «⟨U+1F98A⟩».

    De un texto de miles de letras, que ningún dibujo puede enseñar y tardaría minutos, queda el principio.
    """
    text = text if len(text) <= LONGEST else text[:LONGEST] + "…"
    text = text.replace("\r\n", "\n").replace("\n", "↵").replace("\t", "⇥")
    return "".join(c if ord(c) in _glyphs() and unicodedata.category(c) not in ("Cc", "Cf", "Cs") else f"⟨U+{ord(c):04X}⟩" for c in text)
