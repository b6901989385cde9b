"""Figura del capítulo 4: cuánto miden los modelos."""

from __future__ import annotations

from course_utils import sizing
from course_utils.figures import sizes_by_year
from course_utils.figures.canvas import BODY, Scene
from course_utils.figures.registry import figure

HEIGHT = 400.0


@figure(2)
def llm_02() -> Scene:
    """De cien millones a más de un billón de parámetros, y algunos tamaños sin publicar

    Los modelos por el mes en que se presentaron, de 2018 a 2025, y su número de parámetros, en una escala en la que cada raya es diez
    veces más que la anterior. Con un círculo, los que publica quien los hizo: {publicados}. Con un rombo, los publicados que eligen
    entre expertos, con una raya hasta los parámetros que usa cada token: {expertos}. Con un círculo vacío y una interrogación, los que
    su autor no ha publicado: {sin_publicar}. En 2025 los hay de todos los tamaños: entre los dibujados, de 600 millones a un billón.
    """
    rows = sizing.released()
    dense, sparse = ([one for one in rows if one.official and one.sparse is kind] for kind in (False, True))
    facts = {
        "publicados": "; ".join(f"{one.name} ({one.year}), {sizes_by_year.spoken(one.parameters)}" for one in dense),
        "expertos": "; ".join(f"{one.name} ({one.year}), {sizes_by_year.spoken(one.parameters)}{_used(one)}" for one in sparse),
        "sin_publicar": "; ".join(f"{one.name} ({one.year}), {sizes_by_year.spoken(one.parameters)}" for one in rows if not one.official),
    }
    caption = (
        "Fuentes: el artículo de cada modelo (la lista está en course_utils/sizing/data/released.txt); PaLM 2, CNBC (mayo de 2023); GPT-4, "
        "Semafor (marzo de 2023). De la mayoría de los modelos cerrados no hay ni rumor con fuente, y no salen."
    )
    return Scene(sizes_by_year.drawn(rows, BODY, HEIGHT), facts, caption)


def _used(one: sizing.Released) -> str:
    return f", {sizes_by_year.spoken(one.active)} por token" if one.active else ""
