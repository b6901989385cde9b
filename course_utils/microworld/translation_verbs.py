"""Conjugar en las dos lenguas: seis personas y seis tiempos en español; las cinco formas del verbo en inglés."""

from dataclasses import dataclass
from functools import cache

YO, TU, EL, NOSOTROS, VOSOTROS, ELLOS = range(6)

ENDINGS = {
    "pres": {
        "a": ("o", "as", "a", "amos", "áis", "an"),
        "e": ("o", "es", "e", "emos", "éis", "en"),
        "i": ("o", "es", "e", "imos", "ís", "en"),
    },
    "pret": {
        "a": ("é", "aste", "ó", "amos", "asteis", "aron"),
        "e": ("í", "iste", "ió", "imos", "isteis", "ieron"),
        "i": ("í", "iste", "ió", "imos", "isteis", "ieron"),
    },
    "imp": {
        "a": ("aba", "abas", "aba", "ábamos", "abais", "aban"),
        "e": ("ía", "ías", "ía", "íamos", "íais", "ían"),
        "i": ("ía", "ías", "ía", "íamos", "íais", "ían"),
    },
}
STRONG = ("e", "iste", "o", "imos", "isteis", "ieron")
FUTURE = ("é", "ás", "á", "emos", "éis", "án")
CONDITIONAL = ("ía", "ías", "ía", "íamos", "íais", "ían")
SUBJUNCTIVE = {"a": ("e", "es", "e", "", "", "en"), "e": ("a", "as", "a", "", "", "an"), "i": ("a", "as", "a", "", "", "an")}

CHANGES = {  # la vocal que cambia cuando lleva el acento
    "ie": "cerrar perder querer pensar empezar despertar sentar regar divertir",
    "ue": "dormir contar probar volver encontrar soñar poder acostar acordar jugar soler doler mover",
    "i": "pedir seguir despedir elegir servir",
}
FIRST = {  # la primera persona del presente que no es como las demás
    "tener": "tengo", "venir": "vengo", "hacer": "hago", "poner": "pongo", "salir": "salgo", "traer": "traigo", "decir": "digo",
    "oír": "oigo", "caer": "caigo", "conocer": "conozco", "ofrecer": "ofrezco", "dar": "doy", "saber": "sé", "ver": "veo",
}  # fmt: skip
STEMS = {  # pretéritos fuertes
    "tener": "tuv", "venir": "vin", "hacer": "hic", "poner": "pus", "querer": "quis", "poder": "pud", "estar": "estuv", "saber": "sup",
    "haber": "hub",
}  # fmt: skip
FUTURES = {
    "tener": "tendr", "venir": "vendr", "hacer": "har", "poner": "pondr", "querer": "querr", "poder": "podr", "saber": "sabr",
    "haber": "habr", "salir": "saldr", "decir": "dir", "oír": "oir", "reír": "reir",
}  # fmt: skip
WHOLE = {  # lo que no sale de ninguna regla
    ("ser", "pres"): "soy eres es somos sois son",
    ("ser", "pret"): "fui fuiste fue fuimos fuisteis fueron",
    ("ser", "imp"): "era eras era éramos erais eran",
    ("estar", "pres"): "estoy estás está estamos estáis están",
    ("haber", "pres"): "he has ha hemos habéis han",
    ("ir", "pres"): "voy vas va vamos vais van",
    ("ir", "pret"): "fui fuiste fue fuimos fuisteis fueron",
    ("ir", "imp"): "iba ibas iba íbamos ibais iban",
    ("dar", "pres"): "doy das da damos dais dan",
    ("dar", "pret"): "di diste dio dimos disteis dieron",
    ("ver", "pres"): "veo ves ve vemos veis ven",
    ("ver", "pret"): "vi viste vio vimos visteis vieron",
    ("ver", "imp"): "veía veías veía veíamos veíais veían",
    ("traer", "pret"): "traje trajiste trajo trajimos trajisteis trajeron",
    ("tener", "pres"): "tengo tienes tiene tenemos tenéis tienen",
    ("reír", "pres"): "río ríes ríe reímos reís ríen",
    ("reír", "pret"): "reí reíste rio reímos reísteis rieron",
    ("reír", "imp"): "reía reías reía reíamos reíais reían",
    ("decir", "pres"): "digo dices dice decimos decís dicen",
    ("construir", "pres"): "construyo construyes construye construimos construís construyen",
    ("confiar", "pres"): "confío confías confía confiamos confiáis confían",
    ("ser", "subj"): "sea seas sea   sean",
    ("estar", "subj"): "esté estés esté   estén",
    ("decir", "pret"): "dije dijiste dijo dijimos dijisteis dijeron",
    ("ir", "subj"): "vaya vayas vaya   vayan",
    ("dar", "subj"): "dé des dé   den",
}
PARTICIPLES = {
    "abrir": "abierto", "escribir": "escrito", "romper": "roto", "ver": "visto", "volver": "vuelto", "hacer": "hecho", "poner": "puesto",
    "decir": "dicho", "leer": "leído", "traer": "traído", "reír": "reído", "oír": "oído",
}  # fmt: skip
GERUNDS = {"ir": "yendo", "reír": "riendo", "poder": "pudiendo", "decir": "diciendo", "venir": "viniendo", "oír": "oyendo"}
COMMANDS = {"tener": "ten", "venir": "ven", "hacer": "haz", "poner": "pon", "salir": "sal", "decir": "di", "ir": "ve"}


def _vowel(infinitive: str) -> str:
    return infinitive[-2].replace("í", "i")


def _change(infinitive: str) -> str:
    return next((kind for kind, verbs in CHANGES.items() if infinitive in verbs.split()), "")


def _stressed(infinitive: str) -> str:
    """La raíz con su diptongo: «duerm», «pid», «jueg»."""
    stem, kind = infinitive[:-2], _change(infinitive)
    vowels = {"ie": "e", "ue": "u" if infinitive == "jugar" else "o", "i": "e"}
    if not kind:
        return stem
    at = stem.rindex(vowels[kind])
    return stem[:at] + kind + stem[at + 1 :]


def _raised(infinitive: str) -> str:
    """La raíz de «durmió», «pidió», «durmiendo»: solo en los verbos en -ir que cambian."""
    stem, kind = infinitive[:-2], _change(infinitive)
    if not kind or not infinitive.endswith("ir"):
        return stem
    old, new = ("o", "u") if kind == "ue" else ("e", "i")
    at = stem.rindex(old)
    return stem[:at] + new + stem[at + 1 :]


def _join(stem: str, ending: str, vowel: str) -> str:
    """Une raíz y terminación con la ortografía que pide el sonido: «busqué», «llegue», «cruce», «cojo», «sigo»."""
    front = ending.startswith(("e", "é", "i", "í"))
    if vowel == "a" and front:
        for old, new in (("c", "qu"), ("g", "gu"), ("z", "c")):
            if stem.endswith(old):
                return stem[: -len(old)] + new + ending
    if vowel != "a" and not front:
        for old, new in (("gu", "g"), ("g", "j")):
            if stem.endswith(old):
                return stem[: -len(old)] + new + ending
    return stem + ending


def _softened(stem: str, ending: str) -> str:
    """«leyó», «construyeron», «leíste»: la i entre vocales."""
    if stem[-1] in "aeou" and not stem.endswith(("gu", "qu")):
        if ending in ("ió", "ieron", "iendo"):
            return stem + "y" + ending[1:]
        if stem[-1] != "u" and ending.startswith("i"):
            return stem + "í" + ending[1:]
    return stem + ending


@cache
def conjugate(infinitive: str, tense: str, person: int) -> str:
    """Una forma personal. `tense`: pres, pret, imp, fut, cond o subj (este, sin nosotros ni vosotros); `person`: de 0 (yo) a 5 (ellos)."""
    if (infinitive, tense) in WHOLE:
        return WHOLE[infinitive, tense].split(" ")[person]
    vowel = _vowel(infinitive)
    if tense in ("fut", "cond"):
        return FUTURES.get(infinitive, infinitive) + (FUTURE if tense == "fut" else CONDITIONAL)[person]
    if tense == "subj":
        stem, ending = conjugate(infinitive, "pres", YO)[:-1], SUBJUNCTIVE[vowel][person]
        return _join(stem, ending, vowel) if vowel == "a" else stem + ending
    if tense == "pret":
        return _preterite(infinitive, vowel, person)
    if tense == "pres" and person == YO and infinitive in FIRST:
        return FIRST[infinitive]
    stem = _stressed(infinitive) if tense == "pres" and person not in (NOSOTROS, VOSOTROS) else infinitive[:-2]
    return _join(stem, ENDINGS[tense][vowel][person], vowel)


def _preterite(infinitive: str, vowel: str, person: int) -> str:
    if infinitive in STEMS:
        stem = STEMS[infinitive]
        return stem[:-1] + "zo" if infinitive == "hacer" and person == EL else stem + STRONG[person]
    ending = ENDINGS["pret"][vowel][person]
    if vowel == "a":
        return _join(infinitive[:-2], ending, vowel)
    return _softened(_raised(infinitive) if person in (EL, ELLOS) else infinitive[:-2], ending)


@cache
def impersonal(infinitive: str, form: str) -> str:
    """`form`: inf, ger o part."""
    if form == "inf":
        return infinitive
    if form == "ger":
        if infinitive in GERUNDS:
            return GERUNDS[infinitive]
        ending = "ando" if infinitive.endswith("ar") else "iendo"
        return infinitive[:-2] + ending if ending == "ando" else _softened(_raised(infinitive), ending)
    return PARTICIPLES.get(infinitive, infinitive[:-2] + ("ado" if infinitive.endswith("ar") else "ido"))


def command(infinitive: str) -> str:
    """El imperativo de «tú»."""
    return COMMANDS.get(infinitive, conjugate(infinitive, "pres", EL))


def attach(form: str, clitic: str) -> str:
    """El pronombre detrás del infinitivo o del gerundio: «buscarlo», «buscándolo»."""
    for plain, accented in (("ando", "ándo"), ("iendo", "iéndo"), ("yendo", "yéndo")):
        if form.endswith(plain):
            return form[: -len(plain)] + accented + clitic
    return form + clitic


# ---------------------------------------------------------------- inglés

DOUBLED = frozenset({"stop", "hug", "plan", "sit", "run", "swim", "get", "put", "begin"})


@dataclass(frozen=True)
class English:
    """Un verbo inglés: «look for» es base «look» y cola « for»."""

    base: str
    past: str
    participle: str
    rest: str = ""

    @property
    def infinitive(self) -> str:
        return self.base + self.rest

    def present(self, person: int) -> str:
        return (third(self.base) if person == EL else self.base) + self.rest

    @property
    def gerund(self) -> str:
        return _ing(self.base) + self.rest


def third(base: str) -> str:
    if base == "have":
        return "has"
    if base.endswith(("s", "x", "z", "ch", "sh", "o")):
        return base + "es"
    return base[:-1] + "ies" if base[-1] == "y" and base[-2] not in "aeiou" else base + "s"


def _ing(base: str) -> str:
    if base in DOUBLED:
        return base + base[-1] + "ing"
    return base[:-1] + "ing" if base.endswith("e") and not base.endswith("ee") else base + "ing"


def regular_past(base: str) -> str:
    if base in DOUBLED:
        return base + base[-1] + "ed"
    if base[-1] == "y" and base[-2] not in "aeiou":
        return base[:-1] + "ied"
    return base + ("d" if base.endswith("e") else "ed")


def english(text: str, past: str = "", participle: str = "") -> English:
    base, _, rest = text.replace("_", " ").partition(" ")
    past = past or regular_past(base)
    return English(base, past, participle or past, " " + rest if rest else "")
