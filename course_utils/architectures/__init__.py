"""Las tres familias del transformer, en miniatura: qué puede ver cada una, con qué objetivo aprende y cómo ha cambiado por dentro.

`visibility` dice qué ve cada token e `influence` lo mide en una red; `objectives` convierte un texto en lo que se lee y lo que se puntúa;
`miniatures` entrena las tres familias con el mismo texto y `gaps` les hace la misma pregunta; `variants` es un decodificador con
interruptores (de 2017 a hoy) y `walk` mide lo que cambia cada uno (lo largo, medido una vez, está en `walk.json`).
"""
