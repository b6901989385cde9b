"""La forma de un decodificador y su tamaño por fórmula: los mismos números que da contar los tensores uno a uno."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_utils.sizing.public import PUBLIC, network

if TYPE_CHECKING:
    from transformers import PretrainedConfig

GPT2, LLAMA, QWEN3 = "GPT-2", "Llama", "Qwen3"
STYLES = (GPT2, LLAMA, QWEN3)
TYPES = {"gpt2": GPT2, "llama": LLAMA, "mistral": LLAMA, "mixtral": LLAMA, "qwen3": QWEN3, "qwen3_moe": QWEN3}
QWEN3_HEAD = 128  # en Qwen3 cada cabeza tiene 128 números, dé lo que dé el reparto del ancho


@dataclass(frozen=True)
class Shape:
    """Un decodificador por sus medidas. Lanza ValueError, con la medida que no cuadra, si no se puede construir.

    style       «GPT-2» (sesgos, dos matrices en la red feed-forward y posiciones aprendidas), «Llama» (sin sesgos, tres matrices y
                posiciones que se giran) o «Qwen3» (como Llama, con cabezas de 128 números y dos normas más en la atención)
    kv_heads    cabezas de clave y valor; si son menos que las de consulta, cada una sirve a un grupo
    tied        la salida reutiliza la tabla de embeddings
    experts, active_experts   redes feed-forward por capa, y cuántas usa cada token
    positions   filas de la tabla de posiciones, solo en GPT-2
    """

    layers: int
    width: int
    heads: int
    kv_heads: int
    feed_forward: int
    vocabulary: int
    style: str = LLAMA
    tied: bool = False
    experts: int = 1
    active_experts: int = 1
    positions: int = 1024

    def __post_init__(self) -> None:
        if self.style not in STYLES:
            raise ValueError(f"No conozco el estilo «{self.style}»; hay: {', '.join(STYLES)}.")
        if self.style != QWEN3 and self.width % self.heads:
            raise ValueError(f"El ancho, {self.width}, no se reparte entre {self.heads} cabezas: tiene que ser múltiplo.")
        if self.heads % self.kv_heads:
            groups = f"{self.heads} cabezas no se reparten en {self.kv_heads} grupos iguales"
            raise ValueError(f"Las {groups}: las de clave y valor tienen que ser un divisor de las de consulta.")
        if self.style == GPT2 and (self.kv_heads != self.heads or self.experts != 1):
            raise ValueError("GPT-2 no agrupa sus cabezas ni tiene expertos: pon tantas de clave y valor como de consulta, y un experto.")
        if not 1 <= self.active_experts <= self.experts:
            raise ValueError(f"Cada token no puede usar {self.active_experts} de {self.experts} expertos: pide entre 1 y {self.experts}.")

    @property
    def head(self) -> int:
        """Los números de cada cabeza."""
        return QWEN3_HEAD if self.style == QWEN3 else self.width // self.heads

    def components(self) -> dict[str, int]:
        """Cuántos parámetros tiene cada pieza."""
        tables = (1 if self.tied else 2) * self.vocabulary + (self.positions if self.style == GPT2 else 0)
        return {
            "embeddings": tables * self.width,
            "atención": self.layers * self._attention(),
            "feed-forward": self.layers * (self.experts * self._expert() + (self.experts * self.width if self.experts > 1 else 0)),
            "normas": self.layers * self._norms() + (2 if self.style == GPT2 else 1) * self.width,
        }

    def _attention(self) -> int:
        """Las cuatro matrices de la atención de una capa: consulta, clave, valor y salida."""
        queries, shared = self.heads * self.head, 2 * self.kv_heads * self.head
        biases = queries + shared + self.width if self.style == GPT2 else 0
        return self.width * (queries + shared) + queries * self.width + biases

    def _expert(self) -> int:
        """Una red feed-forward: dos matrices con sus sesgos, o tres sin ellos."""
        if self.style == GPT2:
            return 2 * self.width * self.feed_forward + self.feed_forward + self.width
        return 3 * self.width * self.feed_forward

    def _norms(self) -> int:
        return (4 if self.style == GPT2 else 2) * self.width + (2 * self.head if self.style == QWEN3 else 0)

    @property
    def parameters(self) -> int:
        """El tamaño."""
        return sum(self.components().values())

    @property
    def parameters_per_token(self) -> int:
        """Los parámetros por los que pasa cada token: todos, menos los expertos que no usa."""
        return self.parameters - self.layers * (self.experts - self.active_experts) * self._expert()

    @property
    def cache_per_token(self) -> int:
        """Los números que la caché guarda por token: una clave y un valor por capa y por cabeza que no los comparte."""
        return 2 * self.layers * self.kv_heads * self.head


def of_config(config: PretrainedConfig) -> Shape:
    """La forma de un decodificador de la familia de GPT-2, Llama, Mistral, Mixtral o Qwen3. Lanza ValueError si es de otra."""
    style = TYPES.get(config.model_type)
    if style is None or getattr(config, "attention_bias", False) or (style == QWEN3 and config.head_dim != QWEN3_HEAD):
        raise ValueError(f"No tengo fórmula para «{config.model_type}»: la calculadora conoce GPT-2, Llama, Mistral, Mixtral y Qwen3.")
    heads = config.num_attention_heads
    experts = getattr(config, "num_local_experts", None) or getattr(config, "num_experts", None) or 1
    inner = getattr(config, "moe_intermediate_size", None) or getattr(config, "intermediate_size", None) or getattr(config, "n_inner", None)
    return Shape(
        layers=config.num_hidden_layers,
        width=config.hidden_size,
        heads=heads,
        kv_heads=getattr(config, "num_key_value_heads", None) or heads,
        feed_forward=inner or 4 * config.hidden_size,
        vocabulary=config.vocab_size,
        style=style,
        tied=bool(config.tie_word_embeddings),
        experts=experts,
        active_experts=config.num_experts_per_tok if experts > 1 else 1,
        positions=config.max_position_embeddings if style == GPT2 else 1024,
    )


def public_shape(name: str) -> Shape:
    """La forma de un decodificador público, por su nombre en `PUBLIC`. Lanza ValueError si no está o no es un decodificador."""
    return of_config(network(name)[1])


def decoders() -> list[str]:
    """Los modelos públicos que tienen fórmula: los decodificadores."""
    return [name for name, (architecture, _) in PUBLIC.items() if architecture.endswith("CausalLM") or architecture.startswith("GPT2")]
