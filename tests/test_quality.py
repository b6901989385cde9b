"""La tabla de calidad: la misma en los dos lugares que la citan, con todos los modelos, y escrita sin tocar lo de alrededor."""

import pytest

from course_utils import models, paths
from tools import quality


def block(text: str) -> str:
    """Lo que hay entre las dos marcas."""
    return text.split(quality.START)[1].split(quality.END)[0].strip()


def test_both_places_quote_the_same_table_and_it_has_every_model():
    first, second = (block(place.read_text("utf-8")) for place in quality.PLACES)
    assert first == second
    assert {row.split("|")[1].strip() for row in first.splitlines()[2:]} == set(models.available())


def test_every_row_gives_a_value_and_how_many_cases():
    for row in block(quality.PLACES[0].read_text("utf-8")).splitlines()[2:]:
        _, name, what, _, found, _, cases, _ = (cell.strip() for cell in row.split("|"))
        assert name and what and found and cases, row


def test_every_model_has_its_card_with_recipe_measures_and_checksum():
    for name in models.available():
        card = (paths.MODELS / name / "README.md").read_text("utf-8")
        assert f"recipes/train_{name}.py" in card and f"recipes/measure_{name}.py" in card and "SHA-256" in card


def test_writing_the_table_touches_only_what_is_between_the_marks(tmp_path, monkeypatch):
    place = tmp_path / "README.md"
    place.write_text(f"antes\n{quality.START}\nviejo\n{quality.END}\ndespués\n", encoding="utf-8")
    monkeypatch.setattr(quality, "PLACES", (place,))
    quality.write([quality.Line("decoder", "algo", "≥ 1", "2", "1 – 3", "9")])
    text = place.read_text("utf-8")
    assert text.startswith("antes\n") and text.endswith("\ndespués\n") and "viejo" not in text
    assert block(text).endswith("| decoder | algo | ≥ 1 | 2 | 1 – 3 | 9 |")


@pytest.mark.parametrize("name", models.available())
def test_all_the_family_is_here_and_small(name):
    weights = (paths.MODELS / name / "model.safetensors").stat().st_size
    assert weights <= 12_000_000
    assert sum(file.stat().st_size for file in paths.MODELS.rglob("*.safetensors")) < 40_000_000
