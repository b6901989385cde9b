"""JupyterLab para pruebas y medidas: servirlo sin red, abrir un cuaderno, ejecutarlo entero y guardar lo que se ve."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlparse

import nbformat

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "build" / "screenshots"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PROMPT = "tools.prompt_connection.PromptConnection"  # como «make lab»
SETTINGS = {
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
}


def find_chromium() -> str | None:
    """La variable CHROMIUM o el primero que haya en el PATH."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@contextmanager
def launch(chromium: str) -> Iterator[object]:
    """Un Chromium sin ventana."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def copy_course(folder: Path) -> Path:
    """Los cuadernos copiados en `folder`, junto a enlaces a lo que usan."""
    for name in ("course_utils", "models", "figures", "tests"):
        if (ROOT / name).exists():
            (folder / name).symlink_to(ROOT / name)
    (folder / "notebooks").mkdir()
    for notebook in ROOT.glob("notebooks/*.ipynb"):
        shutil.copy(notebook, folder / "notebooks")
    return folder


@contextmanager
def serve(workspace: Path, home: Path) -> Iterator[tuple[str, str]]:
    """JupyterLab en un puerto libre, con su configuración en `home`: (dirección, token)."""
    port, token = _free_port(), os.urandom(12).hex()
    own = {"ip": "127.0.0.1", "port": port, "port_retries": 0, "root_dir": workspace, "kernel_websocket_connection_class": PROMPT}
    flags = ["--no-browser", "--expose-app-in-browser", "--allow-root", f"--IdentityProvider.token={token}"]
    command = [sys.executable, "-m", "jupyterlab", *flags, *(f"--ServerApp.{name}={value}" for name, value in own.items())]
    log = home / "jupyter.log"
    with log.open("w") as stream:
        process = subprocess.Popen(command, env=_environment(home, workspace), stderr=subprocess.PIPE, text=True, cwd=ROOT)
        _wait_for(process, f"http://127.0.0.1:{port}/lab", stream)
        copier = subprocess.Popen(["cat"], stdin=process.stderr, stdout=stream)
        try:
            yield f"http://127.0.0.1:{port}", token
        finally:
            process.terminate()
            process.wait(timeout=60)
            copier.wait(timeout=60)


def _wait_for(process: subprocess.Popen, words: str, log: object) -> None:
    """Lee lo que dice el servidor hasta que anuncia que escucha."""
    said = []
    for line in process.stderr:
        said.append(line)
        log.write(line)
        if words in line:
            return
    raise RuntimeError("JupyterLab no ha arrancado:\n" + "".join(said))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _environment(home: Path, workspace: Path) -> dict[str, str]:
    """Configuración de Jupyter propia y una salida a internet que no lleva a ninguna parte."""
    settings = home / "lab" / "user-settings"
    for name, values in SETTINGS.items():
        file = settings / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    folders = {
        "JUPYTER_CONFIG_DIR": home,
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": settings,
        "JUPYTERLAB_WORKSPACES_DIR": home / "lab" / "workspaces",
        "IPYTHONDIR": home / "ipython",
        "CURSO_DATOS": home / "curso",
        "PYTHONPATH": workspace,
    }
    nowhere = {name: "http://127.0.0.1:9" for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")}
    here = {name: "127.0.0.1,localhost" for name in ("no_proxy", "NO_PROXY")}
    calm = {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", "CURSO_RAPIDO": "1"}  # enteros, los capítulos los ejecutan otras pruebas
    return {**os.environ, **nowhere, **here, **calm, **{name: str(path) for name, path in folders.items()}}


def _of_jupyterlab(error) -> bool:
    """JupyterLab, si va lento, quita a veces dos veces un nodo suyo; los widgets, que llegan en un `blob:`, no usan removeChild."""
    return "removeChild" in str(error) and "blob:" not in (error.stack or "")


class Lab:
    """Una pestaña de JupyterLab que corta y apunta lo que quiera salir de la máquina, y apunta los errores de JavaScript."""

    def __init__(self, page, address: str, token: str, workspace: Path) -> None:
        self.page, self.address, self.token, self.workspace = page, address, token, workspace
        self.outside, self.errors = [], []
        page.set_default_timeout(30_000)
        page.route(lambda url: not _local(url), lambda route: route.abort())
        page.on("request", lambda request: None if _local(request.url) else self.outside.append(request.url))
        page.on("pageerror", lambda error: None if _of_jupyterlab(error) else self.errors.append(f"{error}\n{error.stack}"))

    def write(self, name: str, *cells: str) -> str:
        """Crea un cuaderno con estas celdas de código y devuelve su ruta."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, self.workspace / "notebooks" / name)
        return f"notebooks/{name}"

    def open(self, path: str) -> None:
        """Abre un cuaderno y espera a que su kernel esté listo."""
        self.page.goto(f"{self.address}/lab/tree/{path}?reset&token={self.token}")
        self.page.wait_for_selector(".jp-Notebook .jp-Cell")
        self.page.wait_for_function("() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'")

    def execute(self, command: str, **arguments: object) -> object:
        """Ejecuta una orden de JupyterLab y espera a que acabe."""
        return self.page.evaluate("([name, args]) => window.jupyterapp.commands.execute(name, args).then(() => true)", [command, arguments])

    def run_all(self) -> None:
        """Ejecuta el cuaderno entero y espera; falla si alguna celda da un error."""
        self.execute("notebook:run-all-cells")
        outputs = "() => window.jupyterapp.shell.currentWidget.content.widgets.flatMap((cell) => cell.model.toJSON().outputs ?? [])"
        failed = [one for one in self.page.evaluate(outputs) if one["output_type"] == "error"]
        assert not failed, [f"{one['ename']}: {one['evalue']}" for one in failed]

    def python(self, code: str) -> None:
        """Ejecuta una línea en el kernel, sin celda, y comprueba que ha ido bien."""
        kernel = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
        assert self.page.evaluate(f"(code) => {kernel}.requestExecute({{ code }}).done.then((reply) => reply.content.status)", code) == "ok"

    def without_kernel(self, name: str) -> str:
        """Guarda un cuaderno de `notebooks/`, lo abre otra vez sin kernel y da lo que cuenta, con palabras, su primera imagen.

        Comprueba que lo guardado pesa poco y no lleva estado de widgets, y que la imagen se ve.
        """
        self.execute("docmanager:save")
        saved = json.loads((self.workspace / "notebooks" / name).read_text("utf-8"))
        assert "widgets" not in saved["metadata"] and all(len(json.dumps(cell["outputs"])) < 300_000 for cell in saved["cells"])
        self.execute("notebook:shutdown-kernel")
        self.open(f"notebooks/{name}")
        picture = self.page.locator(".jp-OutputArea-child img").first
        picture.wait_for()
        assert picture.evaluate("(image) => image.naturalWidth > 500")
        self.page.locator(".curso-alternativa summary").first.click()
        return self.page.locator(".curso-alternativa").first.inner_text()

    def count_messages(self) -> None:
        """Cuenta desde ahora, en `window.enviados`, los mensajes que el navegador manda al kernel."""
        self.page.evaluate("""() => {
            const real = window.enviadosReal ?? (window.enviadosReal = WebSocket.prototype.send);
            window.enviados = 0;
            WebSocket.prototype.send = function (data) { window.enviados += 1; return real.call(this, data); };
        }""")

    def theme(self, *, dark: bool) -> None:
        """Pone el tema claro u oscuro y espera a que llegue."""
        self.execute("apputils:change-theme", theme="JupyterLab Dark" if dark else "JupyterLab Light")
        self.page.wait_for_selector(f'body[data-jp-theme-light="{json.dumps(not dark)}"]', state="attached")

    def shot(self, name: str, selector: str | None = None) -> Path:
        """Guarda una captura (de la página o de un elemento) en build/screenshots/ y devuelve su ruta."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        target = self.page.locator(selector).first if selector else self.page
        target.screenshot(path=SHOTS / f"{name}.png")
        return SHOTS / f"{name}.png"

    def looks_well(self, view: str, name: str, *, dark: bool, widths: tuple[int, ...] = (420, 700, 1100)) -> None:
        """Comprueba que una vista cabe a lo ancho, sea cual sea el de la página, en el tema claro u oscuro, y guarda cómo se ve."""
        self.theme(dark=dark)
        for width in widths:
            self.page.set_viewport_size({"width": width + 380, "height": 1300})
            assert self.page.locator(view).first.evaluate("(one) => one.scrollWidth <= one.clientWidth + 1")
            self.shot(f"{name}_{width}_{'oscuro' if dark else 'claro'}", view)
        self.theme(dark=False)
        self.page.set_viewport_size({"width": 1480, "height": 1200})


def wait_in(page, root: str, condition: str, argument: object = None) -> None:
    """Espera a que se cumpla una condición de JavaScript sobre `root`, el primer elemento de ese selector, y `value`, el argumento."""
    page.wait_for_function(f"(value) => {{ const root = document.querySelector('{root}'); return {condition}; }}", arg=argument)


def _local(url: str) -> bool:
    return urlparse(url).scheme in ("data", "blob", "about") or urlparse(url).hostname == "127.0.0.1"
