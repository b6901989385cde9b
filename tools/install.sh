#!/bin/sh
# Crea .venv e instala en él la lista que se le da. Lo llama el Makefile; repetirlo no estropea nada.
#   sh tools/install.sh requirements.txt
#   PYTHON=python3.12 TORCH="torch==2.13.0 --index-url https://download.pytorch.org/whl/cpu" sh tools/install.sh requirements.txt
set -eu
requirements=$1
: "${TORCH:=torch==2.13.0}"

stop() { printf '\n%s\n' "$@" >&2; exit 1; }
supported() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

find_python() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python}; do
        if supported "$candidate"; then echo "$candidate"; return; fi
    done
}

if ! supported .venv/bin/python; then
    python=$(find_python)
    if [ -z "$python" ]; then
        found=$(${PYTHON:-python3} -c 'import platform; print(platform.python_version())' 2>/dev/null || echo ninguno)
        stop "El curso necesita Python 3.11, 3.12 o 3.13 y aquí se ha encontrado: $found." \
             "Instala uno de ellos (https://www.python.org/downloads/) y repite; si ya lo tienes con otro nombre: make lab PYTHON=/ruta/a/python3.12"
    fi
    echo "Creando .venv con $($python -V)…"
    "$python" -m venv --clear .venv || stop "No se pudo crear .venv. En Debian y Ubuntu suele faltar un paquete: sudo apt install python3-venv"
fi

install() {
    .venv/bin/python -m pip install --disable-pip-version-check --quiet "$@" || stop \
        "pip no ha podido instalar: $*" \
        "Lo habitual es que falte la conexión o espacio en disco (el mensaje de pip, aquí encima, lo dice). Arréglalo y repite la orden: sigue donde se quedó."
}

if ! .venv/bin/python -c 'import importlib.metadata as m; m.version("torch")' 2>/dev/null; then
    echo "Instalando torch…"
    if [ "$(uname -s)" = Linux ] && ! command -v nvidia-smi >/dev/null && [ "$TORCH" = torch==2.13.0 ]; then
        echo '  En Linux pip trae la versión para GPU, de varios gigabytes. La versión solo para CPU (unos 200 MB) se elige así:'
        echo '  make lab TORCH="torch==2.13.0 --index-url https://download.pytorch.org/whl/cpu"'
    fi
    # shellcheck disable=SC2086  # TORCH puede llevar opciones de pip
    install $TORCH
fi
echo "Instalando lo que pide $requirements… (la primera vez, unos minutos)"
install -r "$requirements"
.venv/bin/python -m tools.finish_install
