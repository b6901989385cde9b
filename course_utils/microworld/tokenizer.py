"""El tokenizador del curso: BPE de bytes, entrenado con los cuentos. Cada palabra o signo se trocea por separado.

Así los trozos de una palabra no dependen de las vecinas, y de la distribución verdadera de la palabra siguiente sale la
del token siguiente.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

END_OF_TEXT = "<|endoftext|>"
ROLES = ("<|usuario|>", "<|asistente|>")        # para conversar: quién habla
CHAT_TEMPLATE = (                               # de Jinja, la que entiende transformers
    "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'assistant' %}"
    + ROLES[1]
    + "{{ message['content'] }}{{ eos_token }}{% else %}"
    + ROLES[0]
    + "{{ message['content'] }}{% endif %}{% endfor %}{% if add_generation_prompt %}"
    + ROLES[1]
    + "{% endif %}"
)
WORD = r">>>| ?\p{L}+| ?\p{N}| ?[^\s\p{L}\p{N}]|\s+"


def train(
    texts: Iterable[str], *, vocabulary: int = 1024, window: int = 256, special: Sequence[str] = (), **roles: str
) -> "PreTrainedTokenizerFast":
    """Entrena un BPE de bytes (Sennrich y otros, 2016; sobre bytes, como GPT-2) de `vocabulary` tokens, envuelto para transformers.

    special: tokens que no salen de ningún texto, además del de fin, que es el 0. roles: qué papel hace alguno, como pad_token="…".
    """
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(WORD), behavior="isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=vocabulary,
            special_tokens=[END_OF_TEXT, *special],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        **{"bos_token": END_OF_TEXT, "eos_token": END_OF_TEXT, **roles},
        model_max_length=window,
        clean_up_tokenization_spaces=False,
    )
