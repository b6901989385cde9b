"""Las tres familias del transformer, en miniatura: qué puede ver cada una, con qué objetivo aprende y cómo ha cambiado por dentro.

`visibility` dice qué ve cada token; `objectives` convierte un texto en lo que se lee y lo que se puntúa; `miniatures` entrena las tres
familias con el mismo texto; `variants` es un decodificador con interruptores (de 2017 a hoy) y `walk` mide lo que cambia cada uno.
"""
