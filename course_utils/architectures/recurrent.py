"""Una red recurrente que escribe: un modelo de lenguaje con GRU (Cho y otros, 2014), para compararlo con un transformer."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from course_utils.architectures.variants import Output, next_token_loss


class GRULanguageModel(nn.Module):
    """Embeddings, una GRU y la misma tabla para salir. Todo lo leído cabe en un vector de `hidden` números.

    Se llama como los modelos de transformers y lo entrena `training.train`. Lee cada fila de izquierda a derecha sin enterarse de dónde
    empieza un texto más que por su token de inicio, así que `position_ids` y `attention_mask` no cambian nada.
    """

    def __init__(self, vocabulary: int, width: int = 128, hidden: int = 320) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        self.memory = nn.GRU(width, hidden, batch_first=True)
        self.back = nn.Linear(hidden, width)
        nn.init.normal_(self.embedding.weight, std=0.02)

    def forward(self, input_ids: Tensor, labels: Tensor | None = None, **_: Tensor) -> Output:
        """input_ids: (B, T). Da los logits (B, T, V) y, con etiquetas, la pérdida media por token, en nats."""
        logits, _ = self.read(input_ids)
        return Output(logits, None if labels is None else next_token_loss(logits, labels))

    def read(self, input_ids: Tensor, state: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Lee (B, T) desde `state`, (1, B, hidden), y da los logits (B, T, V) y el estado en que queda."""
        states, state = self.memory(self.embedding(input_ids), state)
        return self.back(states) @ self.embedding.weight.T, state

    @torch.inference_mode()
    def write(self, ids: Tensor, end: int, *, most: int = 250, seed: int = 0) -> list[list[int]]:
        """Alarga a temperatura 1 cada fila de `ids`, (B, T), hasta el token `end` o `most` tokens; da solo lo escrito, sin `end`."""
        generator = torch.Generator().manual_seed(seed)
        (logits, state), rows = self.read(ids), [[] for _ in ids]
        for _ in range(most):
            drawn = torch.multinomial(logits[:, -1].softmax(-1), 1, generator=generator)
            for row, token in zip(rows, drawn[:, 0].tolist(), strict=True):
                row.append(token)
            logits, state = self.read(drawn, state)
        return [row[: row.index(end)] if end in row else row for row in rows]
