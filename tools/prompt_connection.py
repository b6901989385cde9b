"""Una conexión con el kernel que no retiene mensajes pequeños: la usa «make lab» para que los widgets respondan al instante.

El servidor de Jupyter manda por su websocket mensajes pequeños y seguidos («ocupado», la respuesta, «libre»). Sin
TCP_NODELAY, el algoritmo de Nagle retiene el segundo hasta que el navegador confirma el primero: 40 ms perdidos en uno
de cada dos movimientos de un mando (medido con jupyter_server 2.21 y Chromium en Linux).

    jupyter lab --ServerApp.kernel_websocket_connection_class=tools.prompt_connection.PromptConnection
"""

from __future__ import annotations

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """La conexión de siempre, con TCP_NODELAY."""

    def connect(self):
        self.websocket_handler.set_nodelay(True)
        return super().connect()
