"""Los interruptores, uno a uno, contra la clase de transformers que los tiene: mismos pesos, mismos logits."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
import transformers

from course_utils import models, training
from course_utils.architectures import objectives, variants, walk
from course_utils.architectures.variants import Decoder, Design
from course_utils.generation.reading import CACHE_NAMES

IDS = torch.randint(0, 50, (2, 11), generator=torch.Generator().manual_seed(1))
SMALL = Design(50, width=32, layers=2, heads=4, window=16)
LLAMA = replace(SMALL, positions="rotatorias", norm="RMSNorm", feed_forward="SwiGLU")
NAMES = {"query": "q_proj", "key": "k_proj", "value": "v_proj", "output": "o_proj"}


def randomized(model):
    """Pesos al azar, grandes y todos distintos: también los que empiezan en 1 o en 0."""
    torch.manual_seed(2)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(0.1, 0.3)
    return model.eval()


def same_logits(ours, theirs):
    with torch.inference_mode():
        assert torch.allclose(ours(IDS).logits, theirs.eval()(IDS).logits, atol=1e-4)
        labels = IDS.masked_fill(IDS < 10, -100)
        assert ours(IDS, labels=labels).loss.item() == pytest.approx(theirs(IDS, labels=labels).loss.item(), abs=1e-4)


def llama_shape(design):
    return {
        "vocab_size": design.vocabulary, "hidden_size": design.width, "intermediate_size": design.hidden,
        "num_hidden_layers": design.layers, "num_attention_heads": design.heads, "num_key_value_heads": design.shared,
        "max_position_embeddings": design.window, "tie_word_embeddings": True, "rms_norm_eps": 1e-6,
    }  # fmt: skip


def poured(ours, theirs, thought):
    """Los pesos de `ours` en un Llama o un Mixtral de transformers."""
    with torch.no_grad():
        theirs.model.embed_tokens.weight.copy_(ours.embedding.weight)
        theirs.model.norm.weight.copy_(ours.last.weight)
        for block, layer in zip(ours.blocks, theirs.model.layers):
            layer.input_layernorm.weight.copy_(block.attention_norm.weight)
            layer.post_attention_layernorm.weight.copy_(block.thought_norm.weight)
            for name, theirs_name in NAMES.items():
                getattr(layer.self_attn, theirs_name).weight.copy_(getattr(block.attention, name).weight)
            thought(block.thought, layer.mlp)
    return theirs


def pour_swiglu(ours, theirs):
    for name in ("gate", "up", "down"):
        getattr(theirs, f"{name}_proj").weight.copy_(getattr(ours, name).weight)


def pour_experts(ours, theirs):
    theirs.gate.weight.copy_(ours.router.weight)
    for number, expert in enumerate(ours.experts):
        theirs.experts.gate_up_proj[number].copy_(torch.cat([expert.gate.weight, expert.up.weight]))
        theirs.experts.down_proj[number].copy_(expert.down.weight)


@pytest.mark.parametrize("kv_heads", [4, 2, 1])
def test_rotary_rmsnorm_swiglu_and_grouped_heads_are_llama(kv_heads):
    ours = randomized(Decoder(replace(LLAMA, kv_heads=kv_heads)))
    theirs = transformers.LlamaForCausalLM(transformers.LlamaConfig(**llama_shape(ours.design)))
    same_logits(ours, poured(ours, theirs, pour_swiglu))


def test_the_mixture_of_experts_is_mixtral():
    ours = randomized(Decoder(replace(LLAMA, kv_heads=2, experts=4, active=2)))
    turns = {"rope_type": "default", "rope_theta": variants.BASE}
    chosen = {"num_local_experts": 4, "num_experts_per_tok": 2, "sliding_window": None}
    config = transformers.MixtralConfig(**llama_shape(ours.design), **chosen, rope_parameters=turns)
    same_logits(ours, poured(ours, transformers.MixtralForCausalLM(config), pour_experts))


def poured_gpt(ours, theirs, tokens, places):
    """Las dos redes, la segunda (un GPT o un GPT-2) con los pesos de la primera."""
    network = theirs.transformer
    with torch.no_grad():
        getattr(network, tokens).weight.copy_(ours.embedding.weight)
        getattr(network, places).weight.copy_(ours.place.weight)
        pairs = [(ours.last, network.ln_f)] if ours.design.norm_place == "antes" else []
        for block, layer in zip(ours.blocks, network.h):
            pairs += [(block.attention_norm, layer.ln_1), (block.thought_norm, layer.ln_2)]
            mixed = [getattr(block.attention, name) for name in ("query", "key", "value")]
            layer.attn.c_attn.weight.copy_(torch.cat([one.weight for one in mixed]).T)
            layer.attn.c_attn.bias.copy_(torch.cat([one.bias for one in mixed]))
            thought = [(block.thought.up, layer.mlp.c_fc), (block.thought.down, layer.mlp.c_proj)]
            for one, other in [(block.attention.output, layer.attn.c_proj), *thought]:
                other.weight.copy_(one.weight.T)
                other.bias.copy_(one.bias)
        for one, other in pairs:
            other.weight.copy_(one.weight)
            other.bias.copy_(one.bias)
    return ours, theirs


def test_learned_positions_layernorm_and_gelu_are_gpt2():
    config = transformers.GPT2Config(vocab_size=50, n_embd=32, n_layer=2, n_head=4, n_positions=16, activation_function="gelu")
    ours = randomized(Decoder(replace(SMALL, positions="aprendidas", bias=True)))
    same_logits(*poured_gpt(ours, transformers.GPT2LMHeadModel(config), "wte", "wpe"))


def test_norms_after_each_sum_and_relu_are_the_first_gpt():
    design = replace(SMALL, positions="aprendidas", norm_place="después", feed_forward="ReLU", bias=True)
    config = transformers.OpenAIGPTConfig(vocab_size=50, n_embd=32, n_layer=2, n_head=4, n_positions=16, afn="relu")
    same_logits(*poured_gpt(randomized(Decoder(design)), transformers.OpenAIGPTLMHeadModel(config), "tokens_embed", "positions_embed"))


def test_the_sinusoids_are_the_ones_of_marian():
    from transformers.models.marian.modeling_marian import MarianSinusoidalPositionalEmbedding

    theirs = MarianSinusoidalPositionalEmbedding(20, 12)
    table = theirs.create_weight() if hasattr(theirs, "create_weight") else theirs.weight
    assert torch.allclose(variants.sinusoids(20, 12), torch.as_tensor(table, dtype=torch.float32), atol=1e-5)


def test_rmsnorm_is_the_one_of_llama():
    from transformers.models.llama.modeling_llama import LlamaRMSNorm

    x = torch.randn(3, 5, 8)
    ours, theirs = randomized(variants.RMSNorm(8)), LlamaRMSNorm(8, eps=1e-6)
    theirs.weight.data.copy_(ours.weight)
    assert torch.allclose(ours(x), theirs(x), atol=1e-6)


def test_rotating_keeps_lengths_and_depends_only_on_the_distance():
    query, key = torch.randn(8), torch.randn(8)
    rotated = variants.rotate(torch.stack([query] * 9)), variants.rotate(torch.stack([key] * 9))
    products = rotated[0] @ rotated[1].T
    assert torch.allclose(rotated[0].norm(dim=-1), query.norm().expand(9), atol=1e-5)
    assert torch.allclose(products[1:, 1:], products[:-1, :-1], atol=1e-4) and (products[0] - products[0, 0]).abs().max() > 0.01


@pytest.mark.parametrize("positions", variants.CHOICES["positions"])
def test_order_matters_and_the_future_does_not(positions):
    model = randomized(Decoder(replace(SMALL, positions=positions)))
    with torch.inference_mode():
        whole, swapped = model(IDS).logits, IDS.clone()
        swapped[:, [2, 3]] = swapped[:, [3, 2]]
        assert (model(swapped).logits[:, 5] - whole[:, 5]).abs().max() > 1e-4
        assert torch.allclose(model(IDS[:, :6]).logits, whole[:, :6], atol=1e-5)


def test_each_token_goes_through_the_experts_it_chose():
    experts = randomized(variants.Experts(replace(LLAMA, experts=4, active=2)))
    x = torch.randn(2, 3, 32)
    weights, chosen = experts.choose(x.flatten(0, 1))
    assert torch.allclose(weights.sum(-1), torch.ones(6)) and (chosen[:, 0] != chosen[:, 1]).all()
    slow = torch.stack([sum(w * experts.experts[e](v) for w, e in zip(ws, es)) for v, ws, es in zip(x.flatten(0, 1), weights, chosen)])
    assert torch.allclose(experts(x).flatten(0, 1), slow, atol=1e-5)


def test_the_cache_is_counted_as_transformers_fills_it():
    design = replace(LLAMA, kv_heads=2)
    theirs = transformers.LlamaForCausalLM(transformers.LlamaConfig(**llama_shape(design))).eval()
    with torch.inference_mode():
        found = theirs(IDS, use_cache=True)
    cache = next(found[name] for name in CACHE_NAMES if name in found)
    assert sum(layer.keys.numel() + layer.values.numel() for layer in cache.layers) == IDS.numel() * design.cache_per_token


def test_the_walk_changes_what_each_switch_says(rows, marks):
    designs = walk.designs(marks.size, width=48, heads=4)
    models = {name: walk.build(design) for name, design in designs.items()}
    size = {name: sum(p.numel() for p in model.parameters()) for name, model in models.items()}
    assert size["posiciones aprendidas"] == size["norma antes"] - 48 > size["posiciones rotatorias"] == size[walk.START] + 48
    assert size["SwiGLU"] == pytest.approx(size["RMSNorm"], rel=0.01) and size["cabezas agrupadas"] < size["SwiGLU"]
    assert designs["cabezas agrupadas"].cache_per_token * 2 == designs["SwiGLU"].cache_per_token
    moe = models["mezcla de expertos"]
    assert size["mezcla de expertos"] > 1.2 * moe.parameters_per_token
    assert moe.parameters_per_token == pytest.approx(size["cabezas agrupadas"], rel=0.02)


def test_the_walk_is_measured(rows, marks):
    recipe = training.Recipe(steps=3, learning_rate=1e-3, warmup=1)
    outcomes = list(walk.walk(rows, rows, marks, recipe=recipe, width=16, heads=2, layers=1))
    assert [one.name for one in outcomes] == [walk.START, *walk.SWITCHES]
    assert all(len(one.losses) == 3 and one.held_out > 0 and one.seconds > 0 for one in outcomes)
    batch = objectives.batches("causal", rows, marks, size=4)(0)
    assert walk.build(outcomes[-1].design)(**batch).loss.item() > 0


def test_the_long_run_has_every_design_and_every_seed():
    found = {one.name: one for one in walk.long_run()}
    assert {walk.START, *walk.SWITCHES} <= found.keys()
    assert all(len(one.held_out) == 3 and one.mean < 2.5 and one.losses[0] > one.losses[-1] for one in found.values())
    vocabulary = len(models.load("decoder").tokenizer) + 18
    for name, design in walk.designs(vocabulary).items():
        assert found[name].parameters == sum(p.numel() for p in walk.build(design).parameters()) and found[name].every == 20
        assert found[name].cache_per_token == design.cache_per_token


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"positions": "relativas"}, "El interruptor positions no tiene la posición «relativas»"),
        ({"norm": "BatchNorm"}, "elige LayerNorm o RMSNorm"),
        ({"width": 33}, "El ancho 33 no se reparte en 4 cabezas"),
        ({"kv_heads": 3}, "4 cabezas no se agrupan de 3 en 3"),
        ({"experts": 2, "active": 3}, "entre 1 y 2 expertos, y has pedido 3"),
    ],
)
def test_a_design_that_does_not_fit_is_explained(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        replace(SMALL, **change)


def test_a_text_longer_than_the_window_is_explained():
    with pytest.raises(ValueError, match="ocupa 22 tokens y en la ventana caben 16"):
        Decoder(SMALL)(torch.cat([IDS, IDS], dim=1))
