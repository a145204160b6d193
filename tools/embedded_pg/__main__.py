"""python -m jobsite.embedded_pg start|stop|status [folder]"""

import argparse
import atexit
import sys
from pathlib import Path

from tools import embedded_pg

VAR_DIR = Path(__file__).resolve().parents[2] / "var"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m jobsite.embedded_pg")
    parser.add_argument("action", choices=["start", "stop", "status"])
    parser.add_argument("folder", nargs="?", type=Path, default=VAR_DIR)
    options = parser.parse_args()
    try:
        return _do(options.action, options.folder)
    except (embedded_pg.EmbeddedPostgresError, OSError) as error:
        print(error, file=sys.stderr)
        return 1


def _do(action: str, folder: Path) -> int:
    if action == "start":
        embedded_pg.ensure_running(folder)
        atexit.unregister(
            embedded_pg.release_server
        )  # it stays up until `stop`, or the next user's end
    elif action == "stop":
        print("stopped" if embedded_pg.stop_server(folder) else "was not running")
        return 0
    running = embedded_pg.is_running(folder)
    print(f"{'running' if running else 'not running'}: {embedded_pg.socket_folder(folder)}")
    return 0 if running else 1


if __name__ == "__main__":
    sys.exit(main())
