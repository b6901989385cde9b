"""El micromundo: gramáticas probabilísticas en español, nuestras, de las que se conoce la verdad.

Cada clase de texto es un módulo con su `sample(n, seed=…, split=…)`: `stories` (cuentos, de los que se sabe toda probabilidad),
`reviews` (opiniones, con la probabilidad exacta de su etiqueta), `translation`, `instructions`, `code`, `episodes`, `facts` y
`paraphrases`. `mixture` las junta para entrenar. Las palabras y las reglas se pueden leer y cambiar en `data/`.
"""
