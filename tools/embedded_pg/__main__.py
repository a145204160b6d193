"""python -m tools.embedded_pg start|stop|status [folder]"""

import argparse
import atexit
import sys
from pathlib import Path

from tools.embedded_pg import EmbeddedPostgresError, ensure_running, release_servers, stop_server
from tools.embedded_pg.server import EmbeddedServer
from tools.refused_files import describe_refused_file

VAR_DIR = Path(__file__).resolve().parents[2] / "var"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.embedded_pg")
    parser.add_argument("action", choices=["start", "stop", "status"])
    parser.add_argument("folder", nargs="?", type=Path, default=VAR_DIR)
    options = parser.parse_args()
    try:
        return run_action(options.action, options.folder)
    except EmbeddedPostgresError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(describe_refused_file(error, options.folder), file=sys.stderr)
    return 1


def run_action(action: str, folder: Path) -> int:
    if action == "stop":
        print("stopped" if stop_server(folder) else "was not running")
        return 0
    if action == "start":
        atexit.unregister(release_servers)  # it stays up until `stop`, or the next user's end
        ensure_running(folder)
    server = EmbeddedServer(folder)
    running = server.is_running()
    print(f"{'running' if running else 'not running'}: {server.socket_folder}")
    return 0 if running else 1


if __name__ == "__main__":
    sys.exit(main())
