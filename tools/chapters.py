"""La tabla de capítulos: de aquí salen el índice y la tabla del README."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from course_utils import paths


@dataclass(frozen=True)
class Chapter:
    """Un capítulo. ``minutes`` y ``memory`` (en GB) se anotan, medidos, cuando el capítulo existe."""

    name: str
    title: str
    does: str
    minutes: int = 0
    memory: str = ""
    gpu: str = "no&nbsp;hace&nbsp;falta"

    @property
    def number(self) -> str:
        return self.name[:2]

    @property
    def ready(self) -> bool:
        """Si su cuaderno está ya en el repositorio."""
        return (paths.NOTEBOOKS / f"{self.name}.ipynb").exists()


CHAPTERS = (
    Chapter(
        "01_ia_generativa",
        "IA generativa",
        "Generas cuentos, programas y dibujos, y mides si están bien.",
        minutes=50,
        memory="1",
    ),
    Chapter(
        "02_que_es_un_modelo_de_lenguaje",
        "¿Qué es un modelo de lenguaje?",
        "Construyes uno contando palabras y comparas las apuestas de otro con la verdad.",
        minutes=60,
        memory="1",
    ),
    Chapter(
        "03_que_es_un_llm",
        "¿Qué es un LLM?",
        "Mides qué se gana con más contexto, más datos y más parámetros.",
        minutes=70,
        memory="1",
    ),
    Chapter(
        "04_que_tamano_tiene_un_llm",
        "¿Qué tamaño tiene un LLM?",
        "Cuentas parámetros, memoria y coste sin descargar nada.",
        minutes=70,
        memory="1",
    ),
    Chapter(
        "05_como_se_interactua_con_los_llm",
        "¿Cómo se interactúa con los LLM?",
        "Ves qué cabe en la ventana de contexto y qué se pierde.",
        minutes=60,
        memory="1",
    ),
    Chapter(
        "06_casos_de_uso",
        "Casos de uso de LLM",
        "Escribes, resumes, traduces y buscas con la misma idea, predecir lo que sigue, y cuentas los fallos.",
        minutes=75,
        memory="1",
    ),
    Chapter(
        "07_como_funcionan_los_llm",
        "¿Cómo funcionan los LLM?",
        "Montas un transformer pieza a pieza y le pones los pesos del modelo de bolsillo.",
        minutes=90,
        memory="1",
    ),
    Chapter(
        "08_generacion_de_texto",
        "Generación de texto con LLM",
        "Sigues una traducción token a token, y le tapas y cambias cosas para ver de qué depende.",
        minutes=80,
        memory="1",
    ),
    Chapter(
        "09_variaciones_de_la_arquitectura",
        "Variaciones de la arquitectura LLM",
        "Entrenas en miniatura las tres familias, BERT, GPT y T5, y les haces la misma pregunta.",
        minutes=90,
        memory="1",
    ),
    Chapter(
        "10_prompting",
        "Prompting",
        "Mides cuánto ayuda cada ejemplo que pones en el prompt, y por dónde se rompe.",
        minutes=60,
        memory="1",
    ),
    Chapter(
        "11_fine_tuning",
        "Fine-tuning",
        "Ajustas un modelo, mides lo que olvida y comparas ocho maneras de ajustarlo.",
        minutes=75,
        memory="1",
    ),
    Chapter(
        "12_lora",
        "LoRA",
        "Escribes LoRA en veinte líneas y cambias de tarea cambiando de adaptador.",
        minutes=75,
        memory="1",
    ),
    Chapter(
        "13_prompting_suave",
        "Prompting suave",
        "Entrenas tokens que no son palabras y ves cuándo bastan.",
        minutes=50,
        memory="1",
    ),
    Chapter(
        "14_parametros_de_inferencia",
        "Parámetros de configuración para inferencia",
        "Mueves temperatura, top-k y top-p, y los escribes tú.",
        minutes=60,
        memory="1",
    ),
    Chapter(
        "15_recursos",
        "Recursos",
        "Por dónde seguir: lecturas, glosario y treinta preguntas sobre todo el curso.",
        minutes=45,
        memory="1",
    ),
    Chapter(
        "16_convertir_notebook_a_python",
        "Convertir Jupyter Notebook a fichero Python",
        "Conviertes un capítulo en un programa y lo ejecutas.",
        minutes=40,
        memory="1",
    ),
)


def row(chapter: Chapter, folder: str) -> list[str]:
    """Las casillas de un capítulo en la tabla, con los enlaces relativos a ``folder``."""
    if not chapter.ready:
        return [chapter.number, chapter.title, chapter.does, "*en&nbsp;preparación*", "", ""]
    link = f"**[{chapter.title}]({folder}{chapter.name}.ipynb)**"
    return [chapter.number, link, chapter.does, f"{chapter.minutes}&nbsp;min", f"{chapter.memory}&nbsp;GB", chapter.gpu]


def table(folder: str = "", *, colab: Callable[[str], str] | None = None) -> str:
    """La tabla entera en Markdown; con ``colab``, que da la dirección de un cuaderno en Colab, lleva además esa columna."""
    head = ["", "Capítulo", "Qué haces en él", "Tiempo", "Memoria", "GPU"]
    rows = [head, ["---"] * len(head), *(row(chapter, folder) for chapter in CHAPTERS)]
    if colab:
        links = [f"[abrir]({colab(f'{chapter.name}.ipynb')})" if chapter.ready else "" for chapter in CHAPTERS]
        rows = [[*cells, extra] for cells, extra in zip(rows, ["Colab", "---", *links], strict=True)]
    return "\n".join(_line(cells) for cells in rows)


def _line(cells: list[str]) -> str:
    if set(cells) == {"---"}:
        return f"|{'|'.join(cells)}|"
    return "".join(f"| {cell} " if cell else "| " for cell in cells) + "|"
