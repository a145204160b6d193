"""The port of `make run`, looked at before packages are fetched: `python3 tools/ports.py`.

It imports only the standard library, and reads in every Python 3: any may be the one that runs.
"""

import os
import socket
import sys


def take_port(host: str, port: int) -> socket.socket:
    """Before anything slow, and kept: nobody else can take it in the meantime."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        door = socket.socket(family, kind, protocol)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(address)
        door.listen()  # a second `make run` only fails to bind while somebody listens
    except OSError as error:
        raise OSError(
            f"cannot serve on {host} port {port} ({error.strerror or error}). "
            f"Choose another port, for instance: make run PORT={port % 65535 + 1}"
        ) from error
    return door


def main() -> None:
    """A port that is no number is told of later, with its bounds."""
    port = os.environ.get("PORT") or "8000"
    if port.isdigit() and 1 <= int(port) <= 65535:
        try:
            take_port(os.environ.get("HOST") or "127.0.0.1", int(port)).close()
        except OSError as error:
            sys.exit(f"make run: {error}")


if __name__ == "__main__":
    main()
