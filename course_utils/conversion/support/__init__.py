"""Lo que un programa necesita para hacer sin IPython lo que hacía el cuaderno. Cada pieza se copia al programa solo si la usa.

Por eso cada una se basta: importa dentro lo que necesita (el cuaderno puede llamar «time» a otra cosa) y solo nombra otras piezas de
esta carpeta. Sus nombres empiezan por un guion bajo, menos los dos que el cuaderno ya usa: ``display`` y ``get_ipython``.
"""
