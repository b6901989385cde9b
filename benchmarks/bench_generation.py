"""generation.steps, con todos sus pasos entregados, frente a model.generate: misma red, mismo prompt, un texto cada vez."""

from __future__ import annotations

import copy
from dataclasses import replace

import torch
from comparing import Comparison, by_turns, report
from tokenizers import Tokenizer, pre_tokenizers
from tokenizers.decoders import ByteLevel
from tokenizers.models import BPE
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from course_utils import generation, models, tokens

PROMPT = "Había una vez una zorra muy curiosa que"
NEW_TOKENS = 100
SETTINGS = {
    "muestreo puro": {"temperature": 1.0, "top_k": 0, "top_p": 1.0},
    "T = 0,8, top-k = 50, top-p = 0,95": {"temperature": 0.8, "top_k": 50, "top_p": 0.95},
}


def main() -> None:
    decoder = endless(pocket_decoder())
    rows = [compared(decoder, f"{decoder.name}, {name}", settings, 1.5) for name, settings in SETTINGS.items()]
    llama = endless(random_llama(decoder))
    rows += [compared(llama, f"{llama.name}, {name}", settings, None) for name, settings in SETTINGS.items()]
    report(
        "Generar texto paso a paso",
        "generation.steps",
        "model.generate",
        rows,
        notes=(
            f"{NEW_TOKENS} tokens nuevos, un texto cada vez. `steps` entrega además los logits y las probabilidades de cada paso; "
            "`generate`, solo los ids.",
            "A GPT-2 (los modelos de bolsillo) `steps` lo lee capa a capa; a cualquier otro decodificador, como el Llama al azar de "
            "la tabla, por su propia `forward`, y ahí la ventaja es solo la del bucle.",
        ),
    )


def compared(language_model: models.LanguageModel, case: str, settings: dict, aim: float | None) -> Comparison:
    """Los milisegundos por token de las dos maneras; las dos generan siempre los mismos tokens."""
    ids = torch.tensor([tokens.encode(language_model, PROMPT)])
    fixed = {"max_new_tokens": NEW_TOKENS, "pad_token_id": 0, "do_sample": True, "use_cache": True}

    def ours() -> None:
        found = list(generation.steps(language_model, PROMPT, max_new_tokens=NEW_TOKENS, **settings))
        assert len(found) == NEW_TOKENS, "la generación acabó antes de tiempo"

    def theirs() -> None:
        found = language_model.model.generate(ids, attention_mask=torch.ones_like(ids), **fixed, **settings)
        assert found.shape[1] == ids.shape[1] + NEW_TOKENS, "la generación acabó antes de tiempo"

    a, b = by_turns(ours, theirs)
    return Comparison(case, a / NEW_TOKENS * 1e3, b / NEW_TOKENS * 1e3, "ms por token", aim)


def pocket_decoder() -> models.LanguageModel:
    """El decodificador del curso o, si aún no está, un GPT-2 al azar de su mismo tamaño."""
    if "decoder" in models.available():
        return models.load("decoder")
    config = GPT2Config(vocab_size=1536, n_embd=192, n_layer=4, n_head=6, n_positions=256, activation_function="gelu")
    return models.LanguageModel("GPT-2 al azar", GPT2LMHeadModel(config).eval(), byte_tokenizer(), torch.device("cpu"))


def byte_tokenizer() -> PreTrainedTokenizerFast:
    """Un tokenizador sin aprender: un token por byte."""
    alphabet = ["<|endoftext|>", *sorted(pre_tokenizers.ByteLevel.alphabet())]
    tokenizer = Tokenizer(BPE({name: i for i, name in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token=alphabet[0], eos_token=alphabet[0])


def random_llama(like: models.LanguageModel) -> models.LanguageModel:
    """Un Llama con pesos al azar, del tamaño y con el tokenizador de otro modelo."""
    shape = {"hidden_size": 192, "intermediate_size": 512, "num_hidden_layers": 4, "num_attention_heads": 6}
    config = LlamaConfig(vocab_size=like.vocab_size, max_position_embeddings=like.window, **shape)
    return replace(like, name="Llama al azar", model=LlamaForCausalLM(config).eval())


def endless(language_model: models.LanguageModel) -> models.LanguageModel:
    """El mismo modelo, pero sin token de fin: así las dos maneras generan siempre los mismos tokens."""
    tokenizer = copy.deepcopy(language_model.tokenizer)
    tokenizer.eos_token = None
    language_model.model.generation_config.eos_token_id = None
    return replace(language_model, tokenizer=tokenizer)


if __name__ == "__main__":
    main()
