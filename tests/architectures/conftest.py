"""Un tokenizador diminuto y unos trozos de texto para las miniaturas."""

from __future__ import annotations

import pytest

from course_utils.architectures import objectives
from tests.conftest import SENTENCES, train_tokenizer


@pytest.fixture(scope="session")
def tokenizer():
    return train_tokenizer()


@pytest.fixture(scope="session")
def marks(tokenizer):
    return objectives.marks(tokenizer)


@pytest.fixture(scope="session")
def rows(tokenizer):
    return objectives.passages([" ".join(SENTENCES)], tokenizer, length=16)
