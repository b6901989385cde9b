"""Las figuras del curso: al día, legibles en claro y en oscuro, con números que salen de la ejecución."""

from __future__ import annotations

import re
from functools import cache

import pytest
from PIL import Image

from course_utils import figures, models, paths, theme
from course_utils.figures import canvas, legibility, registry, store

NUMBERS = sorted(registry.entries())


@pytest.fixture(scope="module")
def scenes():
    """Cada figura ejecuta sus modelos una sola vez para todas las pruebas."""
    return cache(store.scene)


@pytest.fixture(scope="module")
def painted(scenes):
    """Cada figura, pintada una sola vez con cada tema."""

    @cache
    def paint(number, name):
        made, title, _ = scenes(number)
        return store.paint(made, title, name)

    return paint


def test_nothing_missing_orphaned_stale_or_unshown():
    assert figures.problems() == []


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("number", NUMBERS)
def test_every_text_reads(painted, number, name):
    assert legibility.faults(painted(number, name)) == []


@pytest.mark.parametrize("number", NUMBERS)
def test_the_title_is_one_sentence_and_the_alternative_says_numbers(scenes, number):
    _, title, alternative = scenes(number)
    assert len(title) <= 90 and not title.endswith(".") and "\n" not in title
    assert alternative.endswith(".") and re.search(r"\d", alternative)
    assert "{" not in title + alternative


@pytest.mark.parametrize("number", NUMBERS)
def test_saved_figures_are_light_enough_and_wide_enough(number):
    path = paths.FIGURES / f"{registry.name(number)}.png"
    assert path.stat().st_size < 200_000
    assert 1100 <= Image.open(path).width <= 1500


@pytest.mark.parametrize("number", NUMBERS)
def test_saved_text_is_what_the_run_says_now(scenes, number):
    record, (_, title, alternative) = store.manifest()[registry.name(number)], scenes(number)
    assert (record["title"], record["alternative"]) == (title, alternative)


@pytest.mark.parametrize("number", NUMBERS)
def test_drawing_twice_gives_the_same_picture(scenes, painted, number):
    made, title, _ = scenes(number)
    assert canvas.png(painted(number, "light")) == canvas.png(store.paint(made, title, "light"))


def test_draw_takes_the_theme_and_the_learners_own_model():
    decoder = models.load("decoder")
    drawn = figures.draw(38, theme="dark", decoder=decoder)
    assert theme.contrast(theme.DARK.paper, "#FFFFFF") > 10
    assert tuple(round(255 * c) for c in drawn.get_facecolor()[:3]) == tuple(bytes.fromhex(theme.DARK.paper[1:]))


@pytest.mark.filterwarnings("ignore:El prompt ocupa")
@pytest.mark.parametrize("number", [number for number, entry in registry.entries().items() if "decoder" in entry.models])
def test_a_model_that_knows_nothing_is_refused(number, tiny):
    """Con un modelo al azar la figura afirmaría algo falso: tiene que decirlo con una frase."""
    with pytest.raises(ValueError, match="modelo"):
        store.scene(number, decoder=tiny)
