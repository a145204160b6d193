"""python -m jobsite.embedded_pg start|stop|status [folder]"""

import argparse
import atexit
import sys
from pathlib import Path

from tools.embedded_pg import (
    EmbeddedPostgresError,
    ensure_running,
    is_running,
    release_server,
    socket_folder,
    stop_server,
)

VAR_DIR = Path(__file__).resolve().parents[2] / "var"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m jobsite.embedded_pg")
    parser.add_argument("action", choices=["start", "stop", "status"])
    parser.add_argument("folder", nargs="?", type=Path, default=VAR_DIR)
    options = parser.parse_args()
    try:
        return _do(options.action, options.folder)
    except (EmbeddedPostgresError, OSError) as error:
        print(error, file=sys.stderr)
        return 1


def _do(action: str, folder: Path) -> int:
    if action == "start":
        ensure_running(folder)
        atexit.unregister(release_server)  # it stays up until `stop`, or the next user's end
    elif action == "stop":
        print("stopped" if stop_server(folder) else "was not running")
        return 0
    running = is_running(folder)
    print(f"{'running' if running else 'not running'}: {socket_folder(folder)}")
    return 0 if running else 1


if __name__ == "__main__":
    sys.exit(main())
