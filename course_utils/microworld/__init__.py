"""El micromundo: una gramática probabilística de cuentos en español, nuestra, de la que se conoce toda probabilidad.

Archivos que puedes leer y cambiar: `data/lexicon.txt` (las palabras) y `data/stories.txt` (las reglas).
"""
