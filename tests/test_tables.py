"""La tabla de proporciones: dice cada número con su fila y su columna, y lo que no cuadra se explica."""

import matplotlib
import pytest

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from course_utils import tables


def test_every_share_is_written_in_its_place():
    axis = tables.shares([[0.0, 0.93], [1.0, 0.004]], ["antes", "después"], ["código", "futuro"], title="Tabla")
    places = {text.get_position(): text.get_text() for text in axis.texts}
    assert places == {(0, 0): "0 %", (1, 0): "93 %", (0, 1): "100 %", (1, 1): "0 %"}
    assert [tick.get_text() for tick in axis.get_yticklabels()] == ["antes", "después"]
    assert [tick.get_text() for tick in axis.get_xticklabels()] == ["código", "futuro"]
    plt.close(axis.figure)


@pytest.mark.parametrize(("values", "sentence"), [([[0.0, 0.0]] * 2, "debería medir"), ([[0.5, 93.0]], "va de 0 a 1")])
def test_what_does_not_fit_gets_a_sentence(values, sentence):
    with pytest.raises(ValueError, match=sentence):
        tables.shares(values, ["una"], ["código", "futuro"])
