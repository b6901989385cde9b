"""Convierte un cuaderno en un programa: ``python convert_notebook_to_script.py --input X.ipynb --output X.py``."""

import sys

from course_utils.conversion import main

if __name__ == "__main__":
    sys.exit(main())
