"""Cuánto miden los modelos: parámetros contados con su configuración (sin descargar nada), memoria, caché y cálculo."""

from __future__ import annotations

from course_utils.sizing.budget import H100, PRECISIONS, Precision, day_flops, training_flops, weights_bytes
from course_utils.sizing.parts import COMPONENTS, component, components, public_components
from course_utils.sizing.public import PUBLIC, Size, cache_per_token, meta, public, size
from course_utils.sizing.real import chosen
from course_utils.sizing.released import Released, released
from course_utils.sizing.shape import Shape, of_config, public_shape

__all__ = [
    "COMPONENTS", "H100", "PRECISIONS", "PUBLIC", "Precision", "Released", "Shape", "Size", "cache_per_token", "chosen", "component",
    "components", "day_flops", "meta", "of_config", "public", "public_components", "public_shape", "released", "size", "training_flops",
    "weights_bytes",
]  # fmt: skip
