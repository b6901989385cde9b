"""De qué hereda un widget: de la cáscara de anywidget o, en un programa sin anywidget (depende de IPython), de la vista sola."""

from __future__ import annotations

from course_utils.widgets.view import View, in_ipython

__all__ = ["Base", "BinaryBase"]

try:
    from course_utils.widgets.shell import BinaryWidget as BinaryBase
    from course_utils.widgets.shell import CourseWidget as Base
except ModuleNotFoundError:
    if in_ipython():  # en un cuaderno hay navegador: que falte anywidget es un error de instalación y se dice
        raise
    Base = BinaryBase = View
