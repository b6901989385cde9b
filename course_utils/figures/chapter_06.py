"""Figura del capítulo 6: los cuatro usos."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course_utils.figures import four_uses
from course_utils.figures.canvas import Scene
from course_utils.figures.registry import figure

if TYPE_CHECKING:
    from course_utils.models import LanguageModel


@figure(4, models=("decoder", "translator", "encoder"))
def llm_04(decoder: LanguageModel, translator: LanguageModel, encoder: LanguageModel) -> Scene:
    """Cuatro usos: tres siguen un texto; buscar compara vectores

    Cuatro paneles, con lo que se da y lo que sale de un modelo de bolsillo. Escribir: tras «{escribir_da}» el decodificador sigue
    «{escribir_sale}». Resumir: el mismo decodificador lee «{resumir_da}» y sigue «{resumir_sale}». Traducir: el traductor lee
    «{traducir_da}» y escribe «{traducir_sale}». Buscar: con la consulta «{buscar_da}», el codificador pone primera, entre
    {historias} historias, «{buscar_sale}», con un parecido de {parecido}; la segunda, «{segunda}», se queda en {segundo}.
    Cada uso tiene su medida: reglas rotas y perplejidad; exacto y ROUGE-L; exacta y chrF; recall@k.
    """
    found = four_uses.uses(decoder, translator, encoder)
    facts = {}
    for use in found:
        name = use.name.lower()
        facts |= {f"{name}_da": use.given, f"{name}_sale": use.out[0][0]}
    search = found[-1].out
    facts |= {"historias": str(four_uses.POOL), "parecido": search[0][1], "segunda": search[1][0], "segundo": search[1][1]}
    caption = "Modelos de bolsillo. Caja de arriba: lo que se da; debajo, lo que sale. Los números de «Buscar» son cosenos."
    return Scene(four_uses.drawn(found), facts, caption)
