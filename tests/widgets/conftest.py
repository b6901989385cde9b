"""Un modelo cuyo token favorito es código hostil: lo que un widget enseña nunca debe ejecutarse."""

from __future__ import annotations

import shutil

import pytest

HOSTILE = "</script><img src=x onerror=window.hackeado=1>"


@pytest.fixture(scope="session")
def hostile(tiny_folder, tmp_path_factory):
    """El modelo diminuto con un token añadido, HOSTILE, que siempre es el más probable."""
    from course_utils import models

    folder = tmp_path_factory.mktemp("hostil") / "hostil"
    shutil.copytree(tiny_folder, folder)
    return poison(models.load(str(folder)), HOSTILE)


def poison(language_model, text: str):
    """Añade `text` como un solo token y le da el logit mayor en todas las posiciones."""
    network, tokenizer = language_model
    tokenizer.add_tokens([text])
    network.resize_token_embeddings(len(tokenizer))
    favourite = tokenizer.convert_tokens_to_ids(text)

    def prefer(_network, _inputs, output):
        output.logits[..., favourite] = output.logits.max() + 1
        return output

    network.register_forward_hook(prefer)
    return language_model
