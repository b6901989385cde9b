"""La atención con la que entrenan las recetas en una CPU: lo mismo que «eager», sin pasar a float32 entre dos productos.

Con cabezas de 32 y filas cortas tarda la mitad que la de PyTorch (`scaled_dot_product_attention`), que en bfloat16 retrocede despacio.
Los modelos se publican con la atención de siempre: los pesos no saben con cuál se entrenaron.
"""

import torch

NAME = "plain"


def plain_attention(module, query, key, value, attention_mask, scaling=None, **_):
    """Atención escrita tal cual: (B, H, T, D) → (B, T, H, D).

    `attention_mask`, (B, 1, T, T): si es de números, se suma a las puntuaciones; si es de sí o no, tapa lo que es False; o None.
    """
    if key.shape[1] < query.shape[1]:
        key, value = (states.repeat_interleave(query.shape[1] // key.shape[1], dim=1) for states in (key, value))
    scores = (query * (scaling or query.shape[-1] ** -0.5)) @ key.transpose(-1, -2)
    if attention_mask is not None and attention_mask.dtype == torch.bool:
        scores = scores.masked_fill(~attention_mask, torch.finfo(scores.dtype).min)
    elif attention_mask is not None:
        scores = scores + attention_mask.to(scores.dtype)
    return (scores.softmax(-1) @ value).transpose(1, 2).contiguous(), None


def use_plain_attention(model: torch.nn.Module) -> None:
    """Pone esa atención en un modelo de transformers."""
    from transformers import AttentionInterface, AttentionMaskInterface
    from transformers.masking_utils import eager_mask

    AttentionInterface.register(NAME, plain_attention)
    AttentionMaskInterface.register(NAME, eager_mask)
    model.set_attn_implementation(NAME)
