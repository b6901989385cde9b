"""Los ficheros de `static/` que viajan al navegador: cada widget recibe un solo módulo y una sola hoja de estilo, sin red."""

from __future__ import annotations

from pathlib import Path

from course_utils import theme

FOLDER = Path(__file__).parent / "static"


def module(name: str) -> str:
    """El JavaScript de un widget: lo común y lo suyo en un solo módulo ES."""
    return "\n".join((FOLDER / part).read_text(encoding="utf-8") for part in ("shared.js", f"{name}.js"))


def stylesheet(name: str) -> str:
    """El CSS de un widget: los colores del curso, lo común y lo suyo."""
    return "\n".join([palettes(), *((FOLDER / part).read_text(encoding="utf-8") for part in ("shared.css", f"{name}.css"))])


def palettes() -> str:
    """Los colores de `theme` como variables de CSS. Manda el tema de JupyterLab, VS Code o Colab; si no hay, el del sistema."""
    light, dark = (f"color-scheme: {colors.name}; {colors.css('--c-')}" for colors in (theme.LIGHT, theme.DARK))
    return (
        f".curso {{ {light} }}\n"
        f"@media (prefers-color-scheme: dark) {{ .curso {{ {dark} }} }}\n"
        f'[data-jp-theme-light="true"] .curso, .vscode-light .curso, [theme="light"] .curso {{ {light} }}\n'
        f'[data-jp-theme-light="false"] .curso, .vscode-dark .curso, [theme="dark"] .curso {{ {dark} }}\n'
    )
