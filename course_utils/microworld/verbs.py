"""Conjugación: lo que el micromundo necesita de los verbos españoles. Regla general más una tabla de irregulares."""

PRETERITE = {"ar": ("ó", "aron"), "er": ("ió", "ieron"), "ir": ("ió", "ieron")}
IMPERFECT = {"ar": ("aba", "aban"), "er": ("ía", "ían"), "ir": ("ía", "ían")}
PRESENT = {"ar": ("a", "an"), "er": ("e", "en"), "ir": ("e", "en")}
GERUND = {"ar": "ando", "er": "iendo", "ir": "iendo"}
PARTICIPLE = {"ar": "ado", "er": "ido", "ir": "ido"}

IRREGULAR = {     # el plural del presente y del imperfecto, si no está, es el singular más «n»
    "abrir": {"part": "abierto"},
    "acertar": {"pres": "acierta"},
    "acordar": {"pres": "acuerda"},
    "andar": {"pret": "anduvo", "pret3p": "anduvieron"},
    "caber": {"pret": "cupo", "pret3p": "cupieron"},
    "caer": {"pret": "cayó", "pret3p": "cayeron", "ger": "cayendo", "part": "caído"},
    "cerrar": {"pres": "cierra"},
    "conseguir": {"pret": "consiguió", "pret3p": "consiguieron", "pres": "consigue", "ger": "consiguiendo"},
    "construir": {"pret": "construyó", "pret3p": "construyeron", "pres": "construye", "ger": "construyendo"},
    "contar": {"pres": "cuenta"},
    "creer": {"pret": "creyó", "pret3p": "creyeron", "ger": "creyendo", "part": "creído"},
    "dar": {"pret": "dio", "pret3p": "dieron"},
    "decir": {"pret": "dijo", "pret3p": "dijeron", "pres": "dice", "ger": "diciendo", "part": "dicho"},
    "descubrir": {"part": "descubierto"},
    "despedir": {"pret": "despidió", "pret3p": "despidieron", "pres": "despide", "ger": "despidiendo"},
    "devolver": {"pres": "devuelve", "part": "devuelto"},
    "dormir": {"pret": "durmió", "pret3p": "durmieron", "pres": "duerme", "ger": "durmiendo"},
    "empezar": {"pres": "empieza"},
    "encender": {"pres": "enciende"},
    "encontrar": {"pres": "encuentra"},
    "enterrar": {"pres": "entierra"},
    "estar": {"pret": "estuvo", "pret3p": "estuvieron", "pres": "está"},
    "haber": {"pret": "hubo", "pret3p": "hubieron", "pres": "ha"},
    "hacer": {"pret": "hizo", "pret3p": "hicieron", "part": "hecho"},
    "ir": {"pret": "fue", "pret3p": "fueron", "imp": "iba", "pres": "va", "ger": "yendo"},
    "jugar": {"pres": "juega"},
    "leer": {"pret": "leyó", "pret3p": "leyeron", "ger": "leyendo", "part": "leído"},
    "llover": {"pres": "llueve"},
    "merendar": {"pres": "merienda"},
    "morder": {"pres": "muerde"},
    "mover": {"pres": "mueve"},
    "nevar": {"pres": "nieva"},
    "oír": {"pret": "oyó", "pret3p": "oyeron", "imp": "oía", "pres": "oye", "ger": "oyendo", "part": "oído"},
    "pedir": {"pret": "pidió", "pret3p": "pidieron", "pres": "pide", "ger": "pidiendo"},
    "pensar": {"pres": "piensa"},
    "perder": {"pres": "pierde"},
    "poder": {"pret": "pudo", "pret3p": "pudieron", "pres": "puede", "ger": "pudiendo"},
    "poner": {"pret": "puso", "pret3p": "pusieron", "part": "puesto"},
    "probar": {"pres": "prueba"},
    "querer": {"pret": "quiso", "pret3p": "quisieron", "pres": "quiere"},
    "regar": {"pres": "riega"},
    "reír": {"pret": "rio", "pret3p": "rieron", "imp": "reía", "pres": "ríe", "ger": "riendo", "part": "reído"},
    "rendir": {"pret": "rindió", "pret3p": "rindieron", "pres": "rinde", "ger": "rindiendo"},
    "romper": {"part": "roto"},
    "saber": {"pret": "supo", "pret3p": "supieron"},
    "seguir": {"pret": "siguió", "pret3p": "siguieron", "pres": "sigue", "ger": "siguiendo"},
    "sentar": {"pres": "sienta"},
    "sentir": {"pret": "sintió", "pret3p": "sintieron", "pres": "siente", "ger": "sintiendo"},
    "ser": {"pret": "fue", "pret3p": "fueron", "imp": "era", "pres": "es", "pres3p": "son"},
    "soltar": {"pres": "suelta"},
    "sonar": {"pres": "suena"},
    "sonreír": {"pret": "sonrió", "pret3p": "sonrieron", "pres": "sonríe", "ger": "sonriendo", "part": "sonreído"},
    "soñar": {"pres": "sueña"},
    "temblar": {"pres": "tiembla"},
    "tener": {"pret": "tuvo", "pret3p": "tuvieron", "pres": "tiene"},
    "torcer": {"pres": "tuerce"},
    "traer": {"pret": "trajo", "pret3p": "trajeron", "ger": "trayendo", "part": "traído"},
    "tropezar": {"pres": "tropieza"},
    "venir": {"pret": "vino", "pret3p": "vinieron", "pres": "viene", "ger": "viniendo"},
    "ver": {"pret": "vio", "pret3p": "vieron", "imp": "veía", "pres": "ve", "part": "visto"},
    "volar": {"pres": "vuela"},
    "volver": {"pres": "vuelve", "part": "vuelto"},
}

USED = """
    abrazar abrir acabar acercar acertar aconsejar acordar alcanzar andar aparecer apetecer aplaudir aprender arreglar asegurar asomar
    asustar atrapar avanzar ayudar bailar barrer bastar brotar burlar buscar caber caer cambiar caminar cansar cantar cavar cenar cerrar
    coger comentar comer compartir comprar confesar conocer conseguir construir contar contestar correr crecer creer cruzar cuidar dar
    decidir decir dejar desaparecer desayunar descubrir devolver dormir dudar echar empezar encender encontrar enfadar enseñar enterrar
    esconder escuchar esperar estar exclamar explicar fabricar frotar ganar gastar gritar guardar gustar haber hablar hacer importar
    inventar invitar ir jugar leer limpiar llamar llegar llenar llevar llorar llover mandar marchar mejorar merendar meter mirar mojar
    morder mover mudar murmurar nevar oír olvidar ordenar parar parecer partir pasar pasear pedir pensar perder perdonar pintar poder
    poner practicar preguntar preparar prestar presumir probar prometer quedar querer recomendar reconocer recorrer regalar regar reír
    rendir respirar responder romper roncar saber sacar salir saltar saludar salvar seguir sentar sentir separar ser soltar sonar
    sonreír soplar soñar subir susurrar tapar tardar tejer temblar tener terminar tirar tocar torcer traer tropezar venir ver viajar
    vivir volar volver
"""
VERBS = tuple(USED.split())      # los verbos que aparecen, conjugados, en los cuentos

FORMS = ("inf", "ger", "part", "pret", "pret3p", "imp", "imp3p", "pres", "pres3p")


def conjugate(infinitive: str, form: str) -> str:
    """La forma pedida de un verbo: `conjugate("buscar", "pret")` es «buscó».

    `form`: inf, ger, part, o un tiempo de tercera persona (pret, imp, pres; con «3p», en plural).
    """
    if form not in FORMS:
        raise ValueError(f"No conozco la forma verbal «{form}»; usa una de: {', '.join(FORMS)}.")
    known = IRREGULAR.get(infinitive, {})
    singular = known.get(form.removesuffix("3p")) if form in ("pres3p", "imp3p") else None
    return known.get(form) or (singular + "n" if singular else _regular(infinitive, form))


def _regular(infinitive: str, form: str) -> str:
    stem, ending = infinitive[:-2], infinitive[-2:].replace("í", "i")
    if form == "inf":
        return infinitive
    if form in ("ger", "part"):
        return stem + (GERUND if form == "ger" else PARTICIPLE)[ending]
    table = {"pret": PRETERITE, "imp": IMPERFECT, "pres": PRESENT}[form[:4].removesuffix("3")]
    return stem + table[ending][form.endswith("3p")]
