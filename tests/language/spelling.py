"""Ortografía con el diccionario español de hunspell (paquetes hunspell y hunspell-es de Debian) y la lista de palabras del curso."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from course_utils import bibliography, glossary, paths
from tests.language.reading import Passage, is_prose, texts

LIST = Path(__file__).parent / "words.txt"
TRANSLATED = paths.ROOT / "course_utils" / "microworld" / "data" / "translation.txt"
LETTERS = re.compile(r"[a-záéíóúüñ]+", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]+")
EMPHASIS = re.compile(r"\*\*[^*\n]+\*\*|\*[^*\n]+\*|«[^«»\n]+»|\"[^\"\n]+\"")
# names.txt, f(x), --echo, %time, \\x0c, word2vec, "raw"
CODE = re.compile(r"\S*\w[_./=\\(\[]\w\S*|(?<!\w)--?[a-z][\w-]*|[%!]+\w+|\\\w+|\w*\d\w*|\"\w+\"")
CLITIC = re.compile(r"(?:me|te|se|nos|os|lo|la|los|las|le|les)$")
ENGLISH = frozenset(
    WORD.findall("""
    the of and is are was were with for from this that these those which your you it its be been have by on at we our can will would
    should must may when where why how what an to then than into there they them their but because while after before between every
    each some any about only other please cannot missing invalid unexpected unknown failed loading warning unrecognized converting
    writing parentheses declaration language models
    """)
)
SPANISH = frozenset(["el", "la", "los", "las", "una", "de", "del", "que", "en", "y", "con", "por", "para", "es", "lo", "su"])


def available() -> str:
    """El motivo por el que no se puede comprobar la ortografía; vacío si se puede."""
    if shutil.which("hunspell") is None:
        return "falta hunspell: instala los paquetes hunspell y hunspell-es"
    listed = subprocess.run(["hunspell", "-D"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return "" if "es_ES" in listed.stdout + listed.stderr else "falta el diccionario español de hunspell: instala el paquete hunspell-es"


_asked: dict[str, bool] = {}  # cada palabra que ya se ha buscado y si falta en el diccionario


def unknown(words: Iterable[str]) -> set[str]:
    """Las palabras que no están en el diccionario. Se pregunta una sola vez por cada una."""
    words = set(words)
    new = words - _asked.keys()
    if new:
        order = ["hunspell", "-l", "-d", "es_ES", "-i", "utf-8"]
        done = subprocess.run(order, input="\n".join(sorted(new)), capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"hunspell ha fallado: {done.stderr.strip()}")
        missing = set(done.stdout.split())
        _asked.update({word: word in missing for word in new})
    return {word for word in words if _asked[word]}


def look_up(passages: Iterable[Passage]) -> None:
    """Busca de una vez todas las palabras de unos pasajes: preguntarlas una a una tarda minutos."""
    unknown(word for passage in passages for word in WORD.findall(unicodedata.normalize("NFC", passage.text)))


@lru_cache(maxsize=1)
def own_words() -> frozenset[str]:
    """Las palabras del curso: su lista, las del glosario, las de autores y títulos de la bibliografía, las bibliotecas y las inglesas que
    se traducen en el micromundo."""
    listed = [line.split("#")[0] for path in (LIST, TRANSLATED) for line in path.read_text("utf-8").splitlines()]
    names = (name for term in glossary.terms() for name in term.names)
    readings = (text for work in bibliography.works() for text in (*work.surnames, work.title))
    needed = (paths.ROOT / "requirements.txt").read_text("utf-8")
    grammar = (path.read_text("utf-8") for path in (paths.ROOT / "course_utils" / "microworld").glob("translation*.py"))
    bilingual = (text for source in grammar for _, text in texts(ast.parse(source)) if not is_prose(text))
    return frozenset(word.casefold() for text in (*listed, *names, *readings, needed, *bilingual) for word in WORD.findall(text))


def is_name(word: str) -> bool:
    """Letras sueltas, siglas, nombres de código («LayerNorm») y letras que no son las nuestras: eso no se escribe con diccionario."""
    return len(word) == 1 or word.isupper() or bool(re.search(r"[^\W\d_][A-ZÁÉÍÓÚÑ]", word)) or not LETTERS.fullmatch(word)


def of_the_course(word: str) -> bool:
    bare = word.casefold()
    return bool({bare, bare.removesuffix("s"), bare.removesuffix("es")} & own_words())


def without_clitics(word: str) -> set[str]:
    """Lo que queda al quitar uno o dos pronombres del final, con acento y sin él: «acórtalo» → «acórta», «acorta»."""
    once = CLITIC.sub("", word.casefold())
    stems = {stem for stem in (once, CLITIC.sub("", once)) if len(stem) >= 3} - {word.casefold()}
    return stems | {unicodedata.normalize("NFC", unicodedata.normalize("NFD", stem).replace("\u0301", "")) for stem in stems}


def is_foreign(text: str) -> bool:
    """Si un texto entero está en inglés: alguna palabra de las suyas más corrientes y ninguna de las nuestras."""
    words = {word.casefold() for word in WORD.findall(text)}
    return bool(ENGLISH & words) and not SPANISH & words


@lru_cache(maxsize=1)
def titles() -> re.Pattern[str]:
    """Los títulos de las lecturas."""
    return re.compile("|".join(re.escape(work.title) for work in bibliography.works()))


def spanish_part(text: str) -> str:
    """El texto sin nombres de código, sin los títulos de las lecturas y sin lo destacado o entre comillas que está en otra lengua."""
    text = titles().sub(" ", CODE.sub(" ", unicodedata.normalize("NFC", text)))
    return EMPHASIS.sub(lambda found: " " if _is_other_language(found[0]) else found[0], text)


def _is_other_language(text: str) -> bool:
    """Varias palabras de las que más de la mitad no son españolas, o los trozos de una («or · ni · tor»)."""
    if "·" in text:
        return True
    words = WORD.findall(text)
    strange = [word for word in words if word.casefold() in ENGLISH or word in unknown([word])]
    return len(words) >= 2 and 2 * len(strange) > len(words)


def mistakes(passages: Iterable[Passage]) -> list[str]:
    """«palabra, en tal sitio», de las que no están en el diccionario ni son del curso."""
    passages = [passage for passage in passages if not is_foreign(passage.text)]
    look_up(passages)
    found = {passage: set(WORD.findall(spanish_part(passage.text))) for passage in passages}
    doubtful = {word for word in unknown(set().union(*found.values())) if not is_name(word) and not of_the_course(word)}
    stems = {word: without_clitics(word) for word in doubtful}
    wrong_stems = unknown(set().union(*stems.values()))
    wrong = {word for word in doubtful if not stems[word] - wrong_stems}
    return sorted(f"{word}, en {passage.where}" for passage, words in found.items() for word in (words & wrong) - passage.names)
