"""BERT, GPT y un codificador-decodificador en miniatura, hechos con las clases de transformers y entrenados con el mismo texto."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from course_utils import training
from course_utils.architectures import objectives
from course_utils.architectures.objectives import ARCHITECTURE, CAUSAL, MASKED, SPANS, Marks, Share
from course_utils.architectures.visibility import BOTH, DECODER, ENCODER

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

THREE = (MASKED, CAUSAL, SPANS)
RECIPE = training.Recipe(steps=400, learning_rate=4e-3, warmup=30, weight_decay=0.01, optimizer="muon", side_rate=4e-3)
SIZE = 64  # trozos por lote
SHARE = (0.05, 0.5)  # lo que se tapa, sorteado: más que en BERT y T5, para que redes tan pequeñas salgan pronto de la meseta del principio


@dataclass(frozen=True)
class Shape:
    """La forma de una miniatura; el codificador-decodificador lleva `layers` capas a cada lado."""

    width: int = 96
    layers: int = 2
    heads: int = 4
    window: int = 128


@dataclass(frozen=True)
class Curve:
    """Lo que ha pasado al aprender con un objetivo: la pérdida de cada paso (nats por token puntuado) y lo que ha costado.

    held_out: la pérdida en trozos que no ha visto. scored: tokens puntuados en todo el entrenamiento. model: la red, ya entrenada.
    """

    objective: str
    losses: tuple[float, ...]
    held_out: float
    parameters: int
    scored: int
    seconds: float
    model: PreTrainedModel = field(repr=False, compare=False)

    def smooth(self, span: int = 20) -> list[float]:
        """La media de los últimos `span` pasos en cada paso: la curva, sin el temblor de cada lote."""
        return [sum(self.losses[max(0, i + 1 - span) : i + 1]) / min(span, i + 1) for i in range(len(self.losses))]


def miniature(objective: str, marks: Marks, *, shape: Shape | None = None, seed: int = 0) -> PreTrainedModel:
    """Una red pequeña con pesos al azar, de la arquitectura que aprende con ese objetivo: BERT, GPT-2 o Marian.

    Lanza ValueError si no existe el objetivo.
    """
    import torch

    if objective not in ARCHITECTURE:
        raise ValueError(f"No conozco el objetivo «{objective}»: elige entre {', '.join(ARCHITECTURE)}.")
    build = {ENCODER: _bert, DECODER: _gpt2, BOTH: _marian}[ARCHITECTURE[objective]]
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return build(marks, shape or Shape())


def _bert(marks: Marks, shape: Shape) -> PreTrainedModel:
    from transformers import BertConfig, BertForMaskedLM

    return BertForMaskedLM(
        BertConfig(
            vocab_size=marks.size, hidden_size=shape.width, num_hidden_layers=shape.layers, num_attention_heads=shape.heads,
            intermediate_size=4 * shape.width, max_position_embeddings=shape.window, pad_token_id=marks.pad, type_vocab_size=1,
            hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
        )
    )  # fmt: skip


def _gpt2(marks: Marks, shape: Shape) -> PreTrainedModel:
    from transformers import GPT2Config, GPT2LMHeadModel

    network = GPT2LMHeadModel(
        GPT2Config(
            vocab_size=marks.size, n_embd=shape.width, n_layer=shape.layers, n_head=shape.heads, n_positions=shape.window,
            bos_token_id=marks.end, eos_token_id=marks.end, activation_function="gelu",
            resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, use_cache=False,
        )
    )  # fmt: skip
    network.loss_type = "ForCausalLM"  # la que usaría de todos modos, sin avisarlo
    return network


def _marian(marks: Marks, shape: Shape) -> PreTrainedModel:
    from transformers import MarianConfig, MarianMTModel

    sizes = {"layers": shape.layers, "attention_heads": shape.heads, "ffn_dim": 4 * shape.width}
    return MarianMTModel(
        MarianConfig(
            vocab_size=marks.size, d_model=shape.width, max_position_embeddings=shape.window, scale_embedding=True,
            activation_function="gelu", dropout=0.0, bos_token_id=marks.end, eos_token_id=marks.end, forced_eos_token_id=None,
            pad_token_id=marks.pad, decoder_start_token_id=marks.pad, use_cache=False,
            **{f"{side}_{name}": size for side in ("encoder", "decoder") for name, size in sizes.items()},
        )
    )  # fmt: skip


def learn(
    model: PreTrainedModel, objective: str, rows: Sequence[Sequence[int]], marks: Marks, *, recipe: training.Recipe = RECIPE,
    size: int = SIZE, seed: int = 0, share: Share = SHARE,
) -> Iterator[training.TrainingStep]:  # fmt: skip
    """Entrena una miniatura con los trozos de texto `rows` y entrega cada paso."""
    return training.train(model, objectives.batches(objective, rows, marks, size=size, seed=seed, share=share), recipe)


def held_out(
    model: torch.nn.Module, objective: str, rows: Sequence[Sequence[int]], marks: Marks, *, seed: int = 1, share: Share = SHARE
) -> float:
    """La pérdida media por token puntuado en unos trozos de texto, siempre tapados igual para la misma semilla."""
    import torch

    examples = [objectives.example(objective, row, marks, seed=seed + place, share=share) for place, row in enumerate(rows)]
    total, was_training, device = 0.0, model.training, next(model.parameters()).device
    model.eval()
    with torch.inference_mode():
        for start in range(0, len(examples), 32):
            chosen = examples[start : start + 32]
            batch = {name: tensor.to(device) for name, tensor in objectives.batch(chosen, marks).items()}
            total += model(**batch).loss.item() * sum(one.scored for one in chosen)
    model.train(was_training)
    return total / sum(one.scored for one in examples)


def curve(
    objective: str, rows: Sequence[Sequence[int]], unseen: Sequence[Sequence[int]], marks: Marks, *, recipe: training.Recipe = RECIPE,
    shape: Shape | None = None, size: int = SIZE, seed: int = 0, share: Share = SHARE,
) -> Curve:  # fmt: skip
    """Hace una miniatura, la entrena con `rows` y la mide con `unseen`: la curva de un objetivo."""
    model = miniature(objective, marks, shape=shape, seed=seed)
    steps = list(learn(model, objective, rows, marks, recipe=recipe, size=size, seed=seed, share=share))
    loss = held_out(model, objective, unseen, marks, share=share)
    losses, last = tuple(step.loss for step in steps), steps[-1]
    return Curve(objective, losses, loss, model.num_parameters(), last.tokens, last.seconds, model.eval())
