"""Cantidades grandes dichas en español: parámetros («8.030 millones», «1,04 billones») y bytes («16,1 GB»)."""

from __future__ import annotations

from course_utils import theme

UNITS = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


def count(n: float) -> str:
    """Un recuento en millones o, desde un millón de millones, en billones (los españoles, 10¹²)."""
    if n >= 1e12:
        return f"{theme.number(n / 1e12, 2)} billones"
    if n >= 1e6:
        millions = theme.number(n / 1e6, 1 if n < 1e8 else 0)
        return f"{millions} {'millón' if millions == '1,0' else 'millones'}"
    return theme.number(n, 0)


def of(n: float, what: str) -> str:
    """Lo mismo con lo que se cuenta detrás: «161.000 millones de tokens», «640 tokens»."""
    return f"{count(n)} de {what}" if n >= 1e6 else f"{count(n)} {what}"


def size(n: float) -> str:
    """Unos bytes en la unidad que les va, de mil en mil: 1 GB son mil millones de bytes."""
    scale, unit = next(((scale, unit) for scale, unit in UNITS if n >= scale), (1.0, "bytes"))
    return f"{theme.number(n / scale, 0 if unit == 'bytes' else 1)} {unit}"


def power(n: float) -> str:
    """Un número enorme en potencias de diez: 3,8·10²⁵."""
    exponent = len(f"{n:.0f}") - 1
    return f"{theme.number(n / 10**exponent, 1)}·10{str(exponent).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}"
