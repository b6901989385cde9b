"""Un modelo ya cargado, sea el que sea: la red, su tokenizador y lo que hay que saber de los dos."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from course_utils.models.public import BOTH, DECODER, ENCODER

if TYPE_CHECKING:  # los tipos no pagan la importación
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

UNLIMITED, USUAL = 10**9, 512   # T5 no tiene tope de posiciones: se entrenó con textos de 512 tokens


@dataclass(frozen=True, eq=False)
class LanguageModel:
    """Un modelo de lenguaje listo para usar: la red, su tokenizador y dónde vive.

    También se desempaqueta: `red, tokenizador = models.load("decoder")`.
    """

    name: str
    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerFast
    device: torch.device

    def __iter__(self) -> Iterator[object]:
        return iter((self.model, self.tokenizer))

    def __repr__(self) -> str:
        size = f"{self.model.num_parameters():,}".replace(",", ".")
        return f"LanguageModel «{self.name}»: {size} parámetros, ventana de {self.window} tokens, en {self.device}"

    @property
    def window(self) -> int:
        """Ventana de contexto: el mayor número de tokens que la red lee de una vez."""
        config = self.model.config.get_text_config()
        found = getattr(config, "max_position_embeddings", None) or self.tokenizer.model_max_length
        if found > UNLIMITED:
            found = getattr(config, "n_positions", USUAL)
        return found - self._reserved

    @cached_property
    def _reserved(self) -> int:
        """Las posiciones que RoBERTa y los suyos guardan para el relleno y no sirven para leer."""
        tables = (module for name, module in self.model.named_modules() if name.endswith("embeddings.position_embeddings"))
        padding = next((getattr(table, "padding_idx", None) for table in tables), None)
        return 0 if padding is None else padding + 1

    @property
    def role(self) -> str:
        """«decodificador» (continúa un texto), «codificador» (rellena huecos y da un vector por token) o «codificador-decodificador»."""
        if self.model.config.is_encoder_decoder:
            return BOTH
        return DECODER if self.model.can_generate() else ENCODER

    @property
    def vocab_size(self) -> int:
        """Número de tokens distintos; también la longitud V de los logits."""
        return self.model.config.get_text_config().vocab_size

    @property
    def ends(self) -> frozenset[int]:
        """Los tokens con los que acaba un texto: el de fin y, en algunos modelos de conversación, además el de fin de turno."""
        declared = getattr(getattr(self.model, "generation_config", None), "eos_token_id", None)
        every = [self.tokenizer.eos_token_id, *(declared if isinstance(declared, list | tuple) else [declared])]
        return frozenset(one for one in every if isinstance(one, int))
