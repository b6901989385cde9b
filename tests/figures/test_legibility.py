"""El lector de figuras encuentra cada defecto, y ninguno donde no lo hay."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course_utils.figures import legibility


@pytest.fixture
def sheet() -> Figure:
    return Figure(figsize=(4, 2), facecolor="#FFFFFF")


def test_a_readable_text_has_no_faults(sheet):
    sheet.text(0.1, 0.5, "se lee", fontsize=12, color="#222222")
    assert legibility.faults(sheet) == []


def test_overlapping_texts(sheet):
    sheet.text(0.1, 0.5, "una", fontsize=12)
    sheet.text(0.12, 0.5, "otra", fontsize=12)
    assert legibility.faults(sheet) == ["«una» pisa a «otra»."]


def test_text_beyond_the_edge(sheet):
    sheet.text(0.9, 0.5, "demasiado larga", fontsize=12)
    assert legibility.faults(sheet) == ["«demasiado larga» se sale de la figura."]


def test_tiny_text(sheet):
    sheet.text(0.1, 0.5, "letra pequeña", fontsize=8)
    assert legibility.faults(sheet) == ["«letra pequeña» mide 8,0 puntos: el mínimo es 10."]


def test_faint_text(sheet):
    sheet.text(0.1, 0.5, "gris claro", fontsize=12, color="#AAAAAA")
    assert legibility.faults(sheet) == ["«gris claro» tiene un contraste de 2,3 con su fondo: el mínimo es 4,5."]


def test_dark_text_on_a_dark_patch(sheet):
    sheet.patches.append(Rectangle((0, 0), 1, 1, facecolor="#202020", transform=sheet.transFigure, figure=sheet))
    sheet.text(0.1, 0.5, "negro sobre negro", fontsize=12, color="#000000")
    assert len(legibility.faults(sheet)) == 1


def test_text_over_a_hatch(sheet):
    patch = Rectangle((0, 0), 1, 1, facecolor="#FFFFFF", edgecolor="#333333", hatch="////", transform=sheet.transFigure, figure=sheet)
    sheet.patches.append(patch)
    sheet.text(0.1, 0.5, "sobre rayas", fontsize=14, color="#000000")
    assert len(legibility.faults(sheet)) == 1


def test_what_is_not_painted_does_not_count(sheet):
    axis = sheet.add_axes((0.2, 0.3, 0.6, 0.4))
    axis.set_xticks([0.2, 0.8, 5, 5.01], ["bien", "aquí", "fuera", "fuera"])
    axis.set_xlim(0, 1)
    axis.set_yticks([])
    axis.text(0.5, 0.5, "escondido", visible=False, fontsize=3)
    assert legibility.faults(sheet) == []


def test_looking_leaves_the_figure_as_it_was(sheet):
    text = sheet.text(0.1, 0.5, "sigo aquí", fontsize=12, alpha=0.9)
    legibility.faults(sheet)
    assert text.get_visible() and text.get_alpha() == 0.9
