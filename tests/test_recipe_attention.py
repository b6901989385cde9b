"""La atención con la que se entrena es la misma que la de PyTorch, también en filas compartidas y con menos cabezas para las claves."""


import pytest
import torch

from course_utils import training


@pytest.fixture(params=["GPT2", "Llama"])
def model(request):
    import transformers

    torch.manual_seed(0)
    common = {"vocab_size": 30, "bos_token_id": 0, "eos_token_id": 0, "use_cache": False}
    shapes = {
        "GPT2": {"n_embd": 16, "n_layer": 2, "n_head": 2, "n_positions": 16},
        "Llama": {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2},
    }
    config = getattr(transformers, f"{request.param}Config")(**common, **shapes[request.param])
    return getattr(transformers, f"{request.param}LMHeadModel" if request.param == "GPT2" else f"{request.param}ForCausalLM")(config).eval()


def test_the_plain_attention_is_the_one_of_pytorch(model):
    from attention import use_plain_attention

    batch = training.pack([[0, 5, 6, 7, 8, 9, 0], [0, 3, 4, 0], [0, 9, 9, 9, 9, 0]], 12)
    before = model(**batch).logits
    use_plain_attention(model)
    assert torch.allclose(model(**batch).logits, before, atol=1e-5)


def test_a_mask_of_yes_and_no_hides_what_is_false(model):
    from attention import plain_attention

    states = torch.randn(1, 2, 3, 4)
    seen = torch.ones(3, 3, dtype=torch.bool).tril()[None, None]
    found, _ = plain_attention(None, states, states, states, seen)
    wanted = torch.nn.functional.scaled_dot_product_attention(states, states, states, attn_mask=seen)
    assert torch.allclose(found, wanted.transpose(1, 2), atol=1e-6)
