"""Las maneras de ajustar, escritas a mano: iguales que las de `peft` donde las tiene, y sin tocar lo que no toca."""

from __future__ import annotations

import json
from functools import partial

import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

from course_utils import adapters

peft = pytest.importorskip("peft")

IDS = torch.randint(1, 90, (3, 12), generator=torch.Generator().manual_seed(0))
LABELS = IDS.masked_fill(torch.arange(12) < 4, -100)
MASK = (torch.arange(12) < torch.tensor([[12], [10], [7]])).long()
METHODS = [
    adapters.Full(), adapters.LastLayers(1), adapters.BitFit(), adapters.LoRA(rank=3, alpha=6), adapters.Bottleneck(width=4),
    adapters.IA3(), adapters.PromptTuning(tokens=5),
]  # fmt: skip
LINEAR = ["c_attn", "c_proj", "c_fc"]
SAME_AS_PEFT = [
    (adapters.LoRA(rank=3, alpha=7), "LoraConfig", {"r": 3, "lora_alpha": 7, "target_modules": LINEAR, "fan_in_fan_out": True}),
    (
        adapters.LoRA(rank=2, alpha=2, targets=("attn.c_proj",)), "LoraConfig",
        {"r": 2, "lora_alpha": 2, "target_modules": ["attn.c_proj"], "fan_in_fan_out": True},
    ),
    (
        adapters.IA3(), "IA3Config",
        {"target_modules": ["c_attn", "mlp.c_proj"], "feedforward_modules": ["mlp.c_proj"], "fan_in_fan_out": True},
    ),
    (adapters.PromptTuning(tokens=5), "PromptTuningConfig", {"num_virtual_tokens": 5, "task_type": "CAUSAL_LM"}),
]  # fmt: skip
each = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.title)
as_in_peft = pytest.mark.parametrize(
    ("method", "config"), [(method, partial(getattr(peft, name), **settings)) for method, name, settings in SAME_AS_PEFT],
    ids=lambda one: getattr(one, "title", ""),
)  # fmt: skip


def small() -> GPT2LMHeadModel:
    """Un GPT-2 minúsculo, siempre el mismo."""
    torch.manual_seed(7)
    size = {"n_embd": 24, "n_layer": 2, "n_head": 3, "n_positions": 32, "vocab_size": 90, "bos_token_id": 0, "eos_token_id": 0}
    return GPT2LMHeadModel(GPT2Config(**size, resid_pdrop=0, embd_pdrop=0, attn_pdrop=0)).eval()


def moved(attached: adapters.Attached) -> adapters.Attached:
    """Con lo que se entrena movido al azar, como tras un ajuste."""
    torch.manual_seed(3)
    attached.load({name: p.detach() + 0.1 * torch.randn_like(p) for name, p in attached.trained().items()})
    return attached


def logits(model, **inputs) -> torch.Tensor:
    with torch.no_grad():
        return model(input_ids=IDS, attention_mask=MASK, **inputs).logits


@each
def test_nothing_changes_until_it_is_trained(method):
    model = small()
    before = logits(model)
    attached = adapters.attach(model, method)
    if not isinstance(method, adapters.PromptTuning):
        torch.testing.assert_close(logits(attached.model), before, rtol=0, atol=1e-6)
    assert attached.count() == sum(p.numel() for p in attached.model.parameters() if p.requires_grad) > 0


@each
def test_only_what_is_said_is_trained_and_all_of_it(method):
    model = small()
    kept = {name: p.detach().clone() for name, p in model.named_parameters()}
    attached = adapters.attach(model, method)
    attached.model(input_ids=IDS, labels=LABELS).loss.backward()
    assert all((p.grad is not None) == p.requires_grad for p in attached.model.parameters())
    learned = set(attached.trained())
    torch.optim.SGD(attached.trained().values(), lr=1.0).step()
    base = attached.detach()
    for name, p in base.named_parameters():
        assert p.requires_grad
        if name not in learned:
            torch.testing.assert_close(p, kept[name], rtol=0, atol=0)


@each
def test_detaching_leaves_the_same_modules(method):
    model = small()
    names = [name for name, _ in model.named_parameters()]
    before = logits(model)
    attached = adapters.attach(model, method)
    if isinstance(method, adapters.LoRA | adapters.IA3 | adapters.Bottleneck | adapters.PromptTuning):
        moved(attached)
    assert attached.detach() is model and [name for name, _ in model.named_parameters()] == names
    torch.testing.assert_close(logits(model), before, rtol=0, atol=0)


@as_in_peft
def test_the_logits_gradients_and_count_are_those_of_peft(method, config):
    mine = moved(adapters.attach(small(), method))
    theirs = peft.get_peft_model(small(), config())
    state = {
        adapters.storage._to_peft(name, method): adapters.storage._shaped(name, p.detach(), mine) for name, p in mine.trained().items()
    }
    peft.set_peft_model_state_dict(theirs, state)
    theirs.eval()
    assert sum(p.numel() for p in theirs.parameters() if p.requires_grad) == mine.count()
    torch.testing.assert_close(logits(mine.model), logits(theirs), rtol=0, atol=1e-5)
    for model in (mine.model, theirs):
        model(input_ids=IDS, attention_mask=MASK, labels=LABELS).loss.backward()
    peft_gradients = {name: p.grad for name, p in theirs.named_parameters() if p.requires_grad}
    assert len(peft_gradients) == len(mine.trained())
    for name, p in mine.trained().items():
        key = adapters.storage._to_peft(name, method)
        [gradient] = [g for theirs_name, g in peft_gradients.items() if _same_place(theirs_name, key)]
        torch.testing.assert_close(p.grad.reshape(-1), gradient.reshape(-1), rtol=1e-4, atol=1e-5)


def _same_place(name: str, key: str) -> bool:
    plain = name.replace(".default", "")
    return plain == key or (key == "prompt_embeddings" and plain.startswith("prompt_encoder"))


@as_in_peft
def test_peft_loads_what_we_save(method, config, tmp_path):
    mine = moved(adapters.attach(small(), method))
    size = adapters.save(mine, tmp_path)
    assert size == (tmp_path / "adapter_model.safetensors").stat().st_size
    theirs = peft.PeftModel.from_pretrained(small(), tmp_path).eval()
    torch.testing.assert_close(logits(mine.model), logits(theirs), rtol=0, atol=1e-5)


@as_in_peft
def test_we_load_what_peft_saves(method, config, tmp_path):
    theirs = peft.get_peft_model(small(), config())
    with torch.no_grad():
        for p in theirs.parameters():
            if p.requires_grad:
                p.add_(0.1 * torch.randn_like(p))
    theirs.eval().save_pretrained(tmp_path)
    mine = adapters.load(small(), tmp_path, method)
    torch.testing.assert_close(logits(mine.model), logits(theirs), rtol=0, atol=1e-5)


@each
def test_saved_and_loaded_is_the_same(method, tmp_path):
    mine = moved(adapters.attach(small(), method))
    adapters.save(mine, tmp_path)
    again = adapters.load(small(), tmp_path, method)
    torch.testing.assert_close(logits(again.model), logits(mine.model), rtol=0, atol=1e-6)
    assert json.loads((tmp_path / "adapter_config.json").read_text("utf-8"))


@pytest.mark.parametrize("method", [adapters.LoRA(rank=3), adapters.IA3()], ids=lambda method: method.title)
def test_merging_gives_the_same_and_unmerging_the_very_same_bits(method):
    model = small()
    before = {name: p.clone() for name, p in model.state_dict().items()}
    attached = moved(adapters.attach(model, method))
    apart = logits(model)
    attached.merge()
    attached.merge()
    torch.testing.assert_close(logits(model), apart, rtol=0, atol=1e-5)
    attached.unmerge()
    torch.testing.assert_close(logits(model), apart, rtol=0, atol=0)
    assert all(torch.equal(p, before[name]) for name, p in attached.detach().state_dict().items())


def test_what_no_matrix_can_do_is_not_merged():
    with pytest.raises(TypeError, match="no se puede fusionar"):
        adapters.attach(small(), adapters.Bottleneck(width=2)).merge()


def test_it_works_on_another_architecture():
    torch.manual_seed(1)
    size = {"hidden_size": 24, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2}
    model = LlamaForCausalLM(LlamaConfig(**size, vocab_size=90, max_position_embeddings=32)).eval()
    before = logits(model)
    attached = adapters.attach(model, adapters.LoRA(rank=2, targets=("q_proj", "v_proj")))
    assert sorted({name.rpartition(".")[2] for name in attached.layers}) == ["q_proj", "v_proj"] and len(attached.layers) == 4
    torch.testing.assert_close(logits(model), before)
    apart = logits(moved(attached).model)
    attached.merge()
    torch.testing.assert_close(logits(model), apart, rtol=0, atol=1e-5)
    assert adapters.attach(attached.detach(), adapters.LastLayers(2)).count() > 0


def test_virtual_tokens_start_with_the_vectors_of_a_text_and_generate():
    model = small()
    prompted = adapters.attach(model, adapters.PromptTuning(tokens=5, start=(4, 9))).model
    table = model.get_input_embeddings().weight
    assert torch.equal(prompted.virtual, table[[4, 9, 4, 9, 4]])
    short = IDS[:, :6]
    asked = torch.tensor([[4, 9, 4, 9, 4]]).expand(3, -1)
    options = {"max_new_tokens": 4, "do_sample": False, "pad_token_id": 0}
    with_words = model.generate(torch.cat([asked, short], dim=1), **options)[:, 11:]
    assert torch.equal(prompted.generate(short, **options), with_words)
    assert prompted(input_ids=short).logits.shape == (3, 11, 90)


@pytest.mark.parametrize(
    ("method", "words"),
    [
        (adapters.LoRA(rank=0), "El rango 0 no sirve para una matriz de 72 × 24: elige uno de 1 a 24"),
        (adapters.LoRA(rank=25), "El rango 25"),
        (adapters.LoRA(targets=("q_proj",)), "«q_proj»: las que hay son c_attn, c_fc, c_proj"),
        (adapters.Bottleneck(width=25), "cuello de botella de 25"),
        (adapters.LastLayers(3), "los 3 últimos bloques y el modelo tiene 2"),
        (adapters.PromptTuning(tokens=0), "0 tokens virtuales"),
        (adapters.PromptTuning(tokens=32), "pide de 1 a 31"),
    ],
)
def test_bad_measures_get_a_sentence_and_change_nothing(method, words):
    model = small()
    names = list(model.state_dict())
    with pytest.raises(ValueError, match=words.replace("?", r"\?")):
        adapters.attach(model, method)
    assert list(model.state_dict()) == names and all(p.requires_grad for p in model.parameters())


def test_a_text_that_does_not_fit_behind_the_virtual_tokens():
    prompted = adapters.attach(small(), adapters.PromptTuning(tokens=25)).model
    with pytest.raises(ValueError, match="con los 25 tokens virtuales, ocupa 37 tokens y en la ventana caben 32"):
        prompted(input_ids=IDS)


def test_what_was_saved_for_another_is_refused_and_leaves_the_model_alone(tmp_path):
    with pytest.raises(ValueError, match="no hay ningún ajuste guardado"):
        adapters.load(small(), tmp_path, adapters.BitFit())
    adapters.save(adapters.attach(small(), adapters.LoRA(rank=3)), tmp_path)
    for method in (adapters.LoRA(rank=4), adapters.IA3(), adapters.BitFit()):
        model = small()
        with pytest.raises(ValueError, match="otro"):
            adapters.load(model, tmp_path, method)
        assert list(model.state_dict()) == list(small().state_dict())


def test_a_full_disk_keeps_what_was_saved(tmp_path, monkeypatch):
    adapters.save(moved(adapters.attach(small(), adapters.LoRA(rank=3))), tmp_path)
    before = (tmp_path / "adapter_model.safetensors").read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        adapters.save(adapters.attach(small(), adapters.LoRA(rank=3), seed=9), tmp_path)
    assert (tmp_path / "adapter_model.safetensors").read_bytes() == before
