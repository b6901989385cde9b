"""Lo que ve cada token, medido en redes de verdad: es lo que dice la máscara de su arquitectura."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils import inspection, models
from course_utils.architectures import influence, miniatures, objectives, visibility


@pytest.mark.parametrize(("name", "written"), [("encoder", None), ("decoder", None), ("in_context", None), ("translator", "The cat")])
def test_the_pocket_models_see_what_their_architecture_says(name, written):
    pocket = models.load(name)
    inputs = inspection.read(pocket, "El gato mira al perro.", target=written)
    measured = influence.influence(pocket.model, inputs.ids, inputs.target_ids or ())
    expected = visibility.sight(pocket.role, len(inputs.ids), len(inputs.target_ids or ())).joined
    assert np.array_equal(measured, expected)


def test_tokens_that_do_not_fit_the_network_are_explained(marks):
    shape = miniatures.Shape(width=16, layers=1, heads=2)
    encoder, both = (miniatures.miniature(name, marks, shape=shape) for name in (objectives.MASKED, objectives.SPANS))
    with pytest.raises(ValueError, match="solo ids leídos, y has dado 2 leídos y 1 escritos"):
        influence.influence(encoder, [1, 2], [3])
    with pytest.raises(ValueError, match="ids leídos y escritos, y has dado 2 leídos y 0 escritos"):
        influence.influence(both, [1, 2])
