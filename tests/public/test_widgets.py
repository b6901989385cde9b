"""Los widgets que enseñan un modelo se montan con cualquiera de su papel, y dejan dicho lo mismo que para uno de bolsillo."""

from __future__ import annotations

import pytest

from course_utils import embeddings, segmentation, widgets
from tests.public import zoo

TEXT = "La zorra dejó el paraguas en el desván"


@pytest.mark.parametrize("name", zoo.SPECIES)
def test_attention_of_anyone(made, name):
    more = {"kind": "cross"} if name in zoo.BOTH else {}
    assert widgets.attention_view(made(name), TEXT, **more) is not None


@pytest.mark.parametrize("name", zoo.DECODERS)
def test_decoders(made, name):
    one = made(name)
    for build in (widgets.next_token_explorer, widgets.sampling_playground, widgets.token_journey):
        assert build(one, TEXT) is not None


@pytest.mark.parametrize("name", ["qwen2", "gemma2"])
def test_those_that_talk(made, name):
    assert widgets.chat(made(name), texts={"La nota": TEXT}, window=made(name).window, max_new_tokens=8) is not None


@pytest.mark.parametrize("name", zoo.BOTH)
def test_translators(made, name):
    assert widgets.step_by_step_decoder(made(name), TEXT) is not None


@pytest.mark.parametrize("name", zoo.SPECIES)
def test_tokenizers_and_tables(made, name):
    one = made(name)
    assert widgets.tokenizer_explorer(one, text=TEXT) is not None
    assert "".join(segment.text for segment in segmentation.segments(one.tokenizer, TEXT)).replace(" ", "") == TEXT.replace(" ", "")
    assert embeddings.table(one).shape[0] >= one.vocab_size
