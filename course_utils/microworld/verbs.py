"""Conjugación: lo que el micromundo necesita de los verbos españoles. Regla general más una tabla de irregulares."""

PRETERITE = {"ar": ("ó", "aron"), "er": ("ió", "ieron"), "ir": ("ió", "ieron")}
IMPERFECT = {"ar": ("aba", "aban"), "er": ("ía", "ían"), "ir": ("ía", "ían")}
PRESENT = {"ar": ("a", "an"), "er": ("e", "en"), "ir": ("e", "en")}
GERUND = {"ar": "ando", "er": "iendo", "ir": "iendo"}
PARTICIPLE = {"ar": "ado", "er": "ido", "ir": "ido"}

IRREGULAR = {
    "abrir": {"part": "abierto"},
    "caer": {"pret": "cayó", "pret3p": "cayeron", "ger": "cayendo", "part": "caído"},
    "conseguir": {"pret": "consiguió", "pret3p": "consiguieron", "pres": "consigue", "pres3p": "consiguen", "ger": "consiguiendo"},
    "contar": {"pres": "cuenta", "pres3p": "cuentan"},
    "creer": {"pret": "creyó", "pret3p": "creyeron", "ger": "creyendo", "part": "creído"},
    "dar": {"pret": "dio", "pret3p": "dieron"},
    "decir": {"pret": "dijo", "pret3p": "dijeron", "pres": "dice", "pres3p": "dicen", "ger": "diciendo", "part": "dicho"},
    "despedir": {"pret": "despidió", "pret3p": "despidieron", "pres": "despide", "pres3p": "despiden", "ger": "despidiendo"},
    "dormir": {"pret": "durmió", "pret3p": "durmieron", "pres": "duerme", "pres3p": "duermen", "ger": "durmiendo"},
    "encontrar": {"pres": "encuentra", "pres3p": "encuentran"},
    "haber": {"pret": "hubo", "imp": "había", "pres": "ha", "pres3p": "han"},
    "hacer": {"pret": "hizo", "pret3p": "hicieron", "part": "hecho"},
    "ir": {"pret": "fue", "pret3p": "fueron", "imp": "iba", "imp3p": "iban", "pres": "va", "pres3p": "van", "ger": "yendo"},
    "jugar": {"pres": "juega", "pres3p": "juegan"},
    "leer": {"pret": "leyó", "pret3p": "leyeron", "ger": "leyendo", "part": "leído"},
    "llover": {"pres": "llueve"},
    "morder": {"pres": "muerde", "pres3p": "muerden"},
    "oír": {"pret": "oyó", "pret3p": "oyeron", "imp": "oía", "imp3p": "oían", "pres": "oye", "pres3p": "oyen", "ger": "oyendo", "part": "oído"},
    "pedir": {"pret": "pidió", "pret3p": "pidieron", "pres": "pide", "pres3p": "piden", "ger": "pidiendo"},
    "pensar": {"pres": "piensa", "pres3p": "piensan"},
    "poder": {"pret": "pudo", "pret3p": "pudieron", "pres": "puede", "pres3p": "pueden", "ger": "pudiendo"},
    "poner": {"pret": "puso", "pret3p": "pusieron", "part": "puesto"},
    "probar": {"pres": "prueba", "pres3p": "prueban"},
    "querer": {"pret": "quiso", "pret3p": "quisieron", "pres": "quiere", "pres3p": "quieren"},
    "reír": {"pret": "rio", "pret3p": "rieron", "imp": "reía", "imp3p": "reían", "pres": "ríe", "pres3p": "ríen", "ger": "riendo", "part": "reído"},
    "romper": {"part": "roto"},
    "saber": {"pret": "supo", "pret3p": "supieron"},
    "seguir": {"pret": "siguió", "pret3p": "siguieron", "pres": "sigue", "pres3p": "siguen", "ger": "siguiendo"},
    "sentir": {"pret": "sintió", "pret3p": "sintieron", "pres": "siente", "pres3p": "sienten", "ger": "sintiendo"},
    "ser": {"pret": "fue", "pret3p": "fueron", "imp": "era", "imp3p": "eran", "pres": "es", "pres3p": "son"},
    "soñar": {"pres": "sueña", "pres3p": "sueñan"},
    "sonreír": {"pret": "sonrió", "pret3p": "sonrieron", "pres": "sonríe", "ger": "sonriendo"},
    "tener": {"pret": "tuvo", "pret3p": "tuvieron", "pres": "tiene", "pres3p": "tienen"},
    "traer": {"pret": "trajo", "pret3p": "trajeron", "ger": "trayendo", "part": "traído"},
    "valer": {},
    "venir": {"pret": "vino", "pret3p": "vinieron", "pres": "viene", "pres3p": "vienen", "ger": "viniendo"},
    "ver": {"pret": "vio", "pret3p": "vieron", "imp": "veía", "imp3p": "veían", "pres": "ve", "pres3p": "ven", "part": "visto"},
    "volar": {"pres": "vuela", "pres3p": "vuelan"},
    "volver": {"pres": "vuelve", "pres3p": "vuelven", "part": "vuelto"},
}

FORMS = ("inf", "ger", "part", "pret", "pret3p", "imp", "imp3p", "pres", "pres3p")


def conjugate(infinitive: str, form: str) -> str:
    """La forma pedida de un verbo: `conjugate("buscar", "pret")` es «buscó».

    `form`: inf, ger, part, o un tiempo de tercera persona (pret, imp, pres; con «3p», en plural).
    """
    if form not in FORMS:
        raise ValueError(f"No conozco la forma verbal «{form}»; usa una de: {', '.join(FORMS)}.")
    return IRREGULAR.get(infinitive, {}).get(form) or _regular(infinitive, form)


def _regular(infinitive: str, form: str) -> str:
    stem, ending = infinitive[:-2], infinitive[-2:].replace("í", "i")
    if form == "inf":
        return infinitive
    if form in ("ger", "part"):
        return stem + (GERUND if form == "ger" else PARTICIPLE)[ending]
    table = {"pret": PRETERITE, "imp": IMPERFECT, "pres": PRESENT}[form[:4].removesuffix("3")]
    return stem + table[ending][form.endswith("3p")]
