"""Lo que se puede pedir y su respuesta, antes de decidir con qué palabras se pide: de un texto salen varios ejercicios."""
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count

from course_utils.microworld import notes, plots, reviews, rewriting, tales, translation
from course_utils.microworld.passages import Passage, Question

REFUSED = 0.2         # qué parte de las preguntas no la contesta el texto
FEMININE = {"personas", "horas", "ciudades", "comidas"}
KINDS = {"cuento": "un cuento", "nota": "una nota", "anuncios": "un anuncio", "noticias": "una noticia", "cuarto": "una descripción"}
OPPOSED = {"X, pero Y", "aunque X, Y", "X, aunque Y", "es verdad que X, pero Y"}
OPINIONS = ("{0}\nOpinión {1}.", "{0}\nEs una opinión {1}.", "{0}\nOpinión: {1}.")
DIALOGUES = ("— {0}\n— {1}", "— {0} — {1}", "«{0}» «{1}»", "Pregunta: {0} Respuesta: {1}", "{0} {1}")


@dataclass(frozen=True)
class Exercise:
    """`wording`: con qué maneras se pide; `source`: el texto, que decide la partición; `plain`: cómo se cuenta sin pedirlo."""

    task: str
    wording: str
    source: str
    slots: dict[str, str]
    completion: str
    plain: str
    answerable: bool = True


Accept = Callable[[str], bool]        # si un texto es de la partición que toca
Maker = Callable[[random.Random, Accept], list[Exercise]]


def passage(rng: random.Random, accept: Accept) -> Passage:
    """Un texto al azar: un cuento o una nota."""
    return tales.sample(rng, accept) if rng.random() < 0.4 else notes.sample(rng, accept)


def about_passage(rng: random.Random, accept: Accept) -> list[Exercise]:
    """Varios ejercicios sobre el mismo texto."""
    text = passage(rng, accept)
    found = [answering(rng, text, question) for question in ask(rng, text.questions, rng.choice((1, 2, 2, 3)))]
    if rng.random() < 0.5:
        found.append(extraction(rng, text))
    if text.summary and rng.random() < 0.7:
        found.append(summarizing(text))
    if text.kind in KINDS and rng.random() < 0.16:
        found.append(classification(rng, text))
    return found


def interview(rng: random.Random, accept: Accept, refused: float = REFUSED, classified: float = 0.0) -> list[Exercise]:
    """Lo que se preguntaría, seguido, quien tiene un texto delante: varias preguntas, una lista y el resumen, en cualquier orden.

    Con probabilidad `classified`, lo primero es clasificarlo.
    """
    text = passage(rng, accept)
    found = [answering(rng, text, question) for question in ask(rng, text.questions, rng.randint(4, 8), refused)]
    found.append(extraction(rng, text))
    if text.summary and rng.random() < 0.3:
        found.append(summarizing(text))
    rng.shuffle(found)
    first = classified and text.kind in KINDS and rng.random() < classified
    return [classification(rng, text), *found] if first else found


def ask(rng: random.Random, questions: tuple[Question, ...], most: int, refused: float = REFUSED) -> list[Question]:
    """Unas preguntas al azar, distintas: las que el texto no contesta, con probabilidad `refused`."""
    pools = {known: [question for question in questions if question.answerable == known] for known in (True, False)}
    chosen = [pool for pool in (pools[rng.random() >= refused] for _ in range(most)) if pool]
    return list(dict.fromkeys(rng.choice(pool) for pool in chosen))


def answering(rng: random.Random, text: Passage, question: Question) -> Exercise:
    """Una pregunta sobre un texto."""
    slots = {"texto": text.text, "pregunta": question.text, "pregunta_baja": lower(question.text)}
    plain = rng.choice(DIALOGUES).format(question.text, question.answer)
    return Exercise("preguntas", "preguntas", text.text, slots, question.answer, f"{text.text}\n{plain}", question.answerable)


def lower(text: str) -> str:
    """El texto con minúscula, para ir dentro de una frase: «¿dónde…?»."""
    start = 1 if text[:1] in "¿¡" else 0
    return text[:start] + text[start:start + 1].lower() + text[start + 1:]


def extraction(rng: random.Random, text: Passage) -> Exercise:
    """Una lista de lo que el texto nombra de una clase; a veces, de ninguna."""
    present = sorted(text.lists)
    kind = rng.choice(present if present and rng.random() > 0.06 else ["lugares", "objetos", "comidas"])
    found, female = text.lists.get(kind, ()), kind in FEMININE
    completion = ", ".join(found) if found else "ninguna" if female else "ninguno"
    slots = {"texto": text.text, "clase": kind, "los": ("las " if female else "los ") + kind}
    plain = f"{text.text}\n{kind.capitalize()}: {completion}"
    return Exercise("extraccion", "extraccion", text.text, slots, completion, plain, bool(found))


def summarizing(text: Passage) -> Exercise:
    """El resumen de un cuento."""
    return Exercise("resumen", "resumen", text.text, {"texto": text.text}, text.summary, f"{text.text}\nResumen: {text.summary}")


# ---------------------------------------------------------------- clasificar


def classification(rng: random.Random, text: Passage) -> Exercise:
    """De qué trata un cuento o, si no, qué clase de texto es."""
    return subject(rng, text) if text.kind == "cuento" and rng.random() < 0.7 else kind_of_text(rng, text.text, KINDS[text.kind])


def subject(rng: random.Random, text: Passage) -> Exercise:
    """De qué trata un cuento, entre tres temas."""
    right = plots.plots()[text.label].topic
    others = rng.sample([plot.topic for name, plot in plots.plots().items() if name != text.label], 2)
    return _choice(rng, "tema", text.text, right, [right, *others], f"{text.text}\nTema: {right}.")


def kind_of_text(rng: random.Random, text: str, right: str) -> Exercise:
    """Qué clase de texto es, entre tres."""
    others = rng.sample([kind for kind in (*KINDS.values(), "una reseña") if kind != right], 2)
    return _choice(rng, "género", text, right, [right, *others], f"{text}\nEsto es {right}.")


def _choice(rng: random.Random, wording: str, text: str, right: str, options: list[str], plain: str) -> Exercise:
    rng.shuffle(options)
    slots = {"texto": text, "opciones": f"{', '.join(options[:-1])} o {options[-1]}"}
    return Exercise("clasificacion", wording, text, slots, right[0].upper() + right[1:] + ".", plain)


def opinion(rng: random.Random, accept: Accept) -> list[Exercise]:
    """Qué opinión da una reseña (o, a veces, qué clase de texto es)."""
    review = reviews.draw(rng)
    while not (_certain(rng, review) and accept(review.text)):
        review = reviews.draw(rng)
    if rng.random() < 0.08:
        return [kind_of_text(rng, review.text, "una reseña")]
    plain = rng.choice(OPINIONS).format(review.text, review.label)
    return [_choice(rng, "opinión", review.text, review.label, list(reviews.LABELS), plain)]


def _certain(rng: random.Random, review: reviews.Review) -> bool:
    """Si la etiqueta es la que se deduce del texto: en las formas que oponen dos opiniones sin más, «mixta» no deja huella y se descarta.

    De las otras etiquetas se pide una parte, para que las tres salgan a menudo.
    """
    if reviews.split_of(review) == "compositional":
        return False
    return review.form not in OPPOSED if review.label == "mixta" else rng.random() < 0.6


# ---------------------------------------------------------------- frases


def rewritten(rng: random.Random, accept: Accept) -> list[Exercise]:
    """Una frase que hay que escribir de otra manera."""
    one = rewriting.sample(rng)
    while not accept(one.before):
        one = rewriting.sample(rng)
    old, _, new = one.order.partition("|")
    slots = {"frase": one.before, "tiempo": one.order, "viejo": old, "nuevo": new, "esta": rng.choice(("esta frase", "la frase"))}
    return [Exercise("reescritura", one.kind, one.before, slots, one.after, f"{one.before}\n{_aside(one, new)}: {one.after}")]


def _aside(one: rewriting.Rewriting, new: str) -> str:
    """Lo que se anota delante de la frase ya reescrita."""
    if one.kind in ("protagonista", "objeto"):
        return f"Con «{new}»"
    if one.kind in ("pronombre", "negación"):
        return f"Con {one.kind}"
    return f"En {one.order}" if one.kind in ("tiempo", "plural", "singular") else one.kind.capitalize()


def translated(rng: random.Random, accept: Accept) -> list[Exercise]:
    """Una frase y su traducción al inglés."""
    seeds = (rng.getrandbits(40) for _ in count())
    rows = (row for seed in seeds for row in translation.sample(1, seed=seed, split=rng.choice(("train", "test"))))
    row = next(row for row in rows if accept(row.es))
    return [Exercise("traduccion", "traduccion", row.es, {"frase": row.es}, row.en, f"{row.es}\nEn inglés: {row.en}")]


MAKERS: dict[Maker, float] = {about_passage: 3.0, opinion: 1.3, rewritten: 2.4, translated: 1.5}
# De qué van las conversaciones: lo de siempre y, en las demás, cada vez más de lo que más cuesta (callar y clasificar).
TALKS: tuple[dict[Maker, float], ...] = (
    {interview: 3.0, opinion: 1.3, rewritten: 1.6, translated: 2.4},
    {partial(interview, refused=0.4): 4.0, opinion: 2.0, rewritten: 0.6, translated: 1.6},
    {partial(interview, refused=0.5): 5.0, opinion: 3.0, rewritten: 0.5, translated: 1.5},
    {partial(interview, refused=0.4, classified=0.4): 6.0, opinion: 2.5, rewritten: 0.4, translated: 2.5},
)
