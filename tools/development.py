"""What `manage.py` and `make run` set in a checkout, so that a developer need not.

At the top it imports only the standard library: a Python without Django may be the one that runs.
"""

import os
import secrets
import sys
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parents[1]
VAR_DIR = PROJECT_DIR / "var"
SECRET_KEY_FILE = VAR_DIR / "secret_key"  # written by the first `make run`
LOCAL_HOSTS = "localhost,127.0.0.1,[::1]"
LOCAL_ADDRESS = "http://127.0.0.1:8000"
# Whoever sets one of these, even to nothing, has an environment of their own.
OWN_ENVIRONMENT = ("SECRET_KEY", "DATABASE_URL", "DEBUG")


def use_project_python() -> None:
    """Go on with `.venv/bin/python`, where that exists and is not the running one."""
    venv = PROJECT_DIR / ".venv"
    python = str(venv / "bin" / "python")
    if Path(sys.prefix).resolve() == venv.resolve() or sys.executable == python:
        return
    if os.access(python, os.X_OK):
        os.execv(python, [python, *sys.argv])  # noqa: S606 - the same words, no shell needed


def set_command_environment() -> None:
    """For `manage.py`. Where an environment of one's own is set, only the developer commands are
    added, and with DEBUG the embedded database, if DATABASE_URL is missing."""
    add_developer_commands()
    if SECRET_KEY_FILE.exists() and not any(name in os.environ for name in OWN_ENVIRONMENT):
        set_local_environment()
    elif not os.environ.get("DATABASE_URL"):
        from jobsite.env import read_env_flag

        if read_env_flag("DEBUG"):
            use_project_database()


def set_local_environment(hosts: str = LOCAL_HOSTS, address: str = LOCAL_ADDRESS) -> None:
    """What production must say itself has a default here; what is set stays as it is."""
    add_developer_commands()
    os.environ.setdefault("TRIAL", "1")
    os.environ.setdefault("HTTPS", "0")
    os.environ.setdefault("ALLOWED_HOSTS", hosts)
    os.environ.setdefault("SITE_URL", address)
    if not os.environ.get("SECRET_KEY"):
        os.environ["SECRET_KEY"] = get_or_create_secret_key()
    use_project_database()


def add_developer_commands() -> None:
    if (PROJECT_DIR / "tools" / "management").is_dir():
        os.environ.setdefault("EXTRA_APPS", "tools")


def use_project_database() -> None:
    from tools.embedded_pg import use_embedded_database

    use_embedded_database(VAR_DIR)


def get_or_create_secret_key() -> str:
    """Raises ImproperlyConfigured where the file cannot be read or made."""
    try:
        return _read_or_write_secret_key()
    except OSError as error:
        from django.core.exceptions import ImproperlyConfigured

        from tools.refused_files import describe_refused_file

        raise ImproperlyConfigured(describe_refused_file(error, VAR_DIR)) from error


def _read_or_write_secret_key() -> str:
    VAR_DIR.mkdir(exist_ok=True)
    if not SECRET_KEY_FILE.exists() or not SECRET_KEY_FILE.read_text().strip():
        unfinished = SECRET_KEY_FILE.with_suffix(f".{os.getpid()}")
        unfinished.touch(0o600)
        unfinished.write_text(secrets.token_urlsafe(50))
        unfinished.replace(SECRET_KEY_FILE)
    return SECRET_KEY_FILE.read_text().strip()
