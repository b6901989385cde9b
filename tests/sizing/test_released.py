"""La tabla de la figura 2: cada tamaño con su fuente, y los no publicados, aparte."""

from __future__ import annotations

import re

from course_utils import sizing

ROWS = {one.name: one for one in sizing.released()}


def test_every_row_has_a_source_with_author_and_year():
    for one in ROWS.values():
        assert re.search(r"[A-Z]", one.source) and re.search(r"20(18|19|2\d)", one.source), one.name
        assert one.parameters >= 1e8 and 2018 <= one.date < 2027


def test_only_two_sizes_are_not_from_their_maker():
    unofficial = [one.name for one in ROWS.values() if not one.official]
    assert unofficial == ["GPT-4", "PaLM 2"]
    assert "CNBC" in ROWS["PaLM 2"].source and "Semafor" in ROWS["GPT-4"].source
    assert not ROWS["GPT-4"].sparse, "de lo que no se ha publicado no se dice cómo es por dentro"


def test_experts_use_only_a_part():
    assert {one.name for one in ROWS.values() if one.sparse} == {"Switch-C", "Mixtral 8x7B", "DeepSeek-V3", "Kimi K2", "gpt-oss-120b"}
    assert all(one.active is None or one.active <= one.parameters for one in ROWS.values())


def test_they_agree_with_the_counts_of_the_course():
    for name, counted in (("GPT-2", "GPT-2 XL"), ("Llama 2", "Llama 2 70B"), ("Llama 3.1", "Llama 3.1 405B"), ("Qwen3 0.6B", "Qwen3 0.6B"),
                          ("Mixtral 8x7B", "Mixtral 8x7B")):  # fmt: skip
        assert abs(ROWS[name].parameters / sizing.public(counted).parameters - 1) < 0.05
