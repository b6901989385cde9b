"""El ajuste de prompts: unos vectores delante del texto, que no son de ninguna palabra y se aprenden (Lester y otros, 2021)."""

from collections.abc import Sequence

import torch
from torch import nn

from course_utils.evaluation import UNSCORED
from course_utils.models import WindowError


class SoftPrompt(nn.Module):
    """Un modelo congelado con `virtual`, (n, ancho), delante de cada texto: los únicos números que se entrenan.

    Los logits que devuelve llevan también los n lugares de los tokens virtuales, como en `peft`.
    """

    extra = ("virtual",)

    def __init__(self, model: nn.Module, tokens: int, *, start: Sequence[int] = ()) -> None:
        """`start`: ids de un texto por cuyos vectores se empieza, repetido o cortado a `tokens`; sin él, al azar, como los del modelo."""
        super().__init__()
        window = model.config.max_position_embeddings
        if not 1 <= tokens < window:
            raise ValueError(f"Has pedido {tokens} tokens virtuales y en la ventana caben {window}: pide de 1 a {window - 1}.")
        scale = float(getattr(model.get_input_embeddings(), "embed_scale", 1.0))    # Gemma agranda sus vectores al leerlos
        self.model, table = model, model.get_input_embeddings().weight.detach() * scale
        chance = torch.randn(tokens, table.shape[1]).to(table) * table.std()
        self.virtual = nn.Parameter(table[(list(start) * tokens)[:tokens]].clone() if start else chance)

    @property
    def config(self):
        """La configuración del modelo que lleva dentro."""
        return self.model.config

    @property
    def device(self) -> torch.device:
        """Dónde está."""
        return self.virtual.device

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor | None = None, labels: torch.Tensor | None = None):
        """input_ids, attention_mask y labels, (B, T), → la salida del modelo con logits de (B, n + T, vocabulario)."""
        scored = None if labels is None else torch.cat([labels.new_full((len(labels), len(self.virtual)), UNSCORED), labels], dim=1)
        return self.model(**self.inputs(input_ids, attention_mask), labels=scored)

    def inputs(self, input_ids: torch.Tensor, attention_mask: torch.Tensor | None = None) -> dict[str, torch.Tensor]:
        """Lo que lee de verdad el modelo: {"inputs_embeds": (B, n + T, ancho), "attention_mask": (B, n + T)}.

        Lanza ValueError si el texto no cabe con los tokens virtuales delante.
        """
        rows, length = input_ids.shape
        n, window = len(self.virtual), self.config.max_position_embeddings
        if n + length > window:
            raise WindowError(f"El texto, con los {n} tokens virtuales,", n + length, window)
        seen = torch.ones_like(input_ids) if attention_mask is None else attention_mask
        vectors = self.model.get_input_embeddings()(input_ids)
        return {
            "inputs_embeds": torch.cat([self.virtual.expand(rows, -1, -1), vectors], dim=1),
            "attention_mask": torch.cat([seen.new_ones(rows, n), seen], dim=1),
        }

    @torch.inference_mode()
    def generate(self, input_ids: torch.Tensor, attention_mask: torch.Tensor | None = None, **options) -> torch.Tensor:
        """Los ids nuevos, sin los del texto de entrada, (B, nuevos)."""
        return self.model.generate(**self.inputs(input_ids, attention_mask), **options)
