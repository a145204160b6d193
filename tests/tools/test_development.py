"""What `manage.py` does for a developer: its Python, and after `make run` the same environment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import development

PROJECT = Path(__file__).resolve().parents[2]
SET_BY_MAKE_RUN = {
    *("SECRET_KEY", "TRIAL", "HTTPS", "ALLOWED_HOSTS", "SITE_URL"),
    *("DATABASE_URL", "DATABASE_ENGINE", "EMBEDDED_DATABASE_DIR"),
}
NAMES = {*SET_BY_MAKE_RUN, "DEBUG", "EXTRA_APPS"}


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """An empty one, and a project of which nothing has been run."""
    for name in NAMES:
        monkeypatch.setenv(name, "")  # a variable that is set is put back afterwards
        monkeypatch.delenv(name)
    monkeypatch.setattr(development, "PROJECT_DIR", tmp_path)
    monkeypatch.setattr(development, "VAR_DIR", tmp_path / "var")
    monkeypatch.setattr(development, "SECRET_KEY_FILE", tmp_path / "var" / "secret_key")
    return os.environ


@pytest.fixture
def secret_key(environment):
    """As the first `make run` left it."""
    return development.get_or_create_secret_key()


def list_set():
    return NAMES & set(os.environ)


def test_before_the_first_make_run_a_command_sets_nothing(environment, tmp_path):
    development.set_command_environment()
    assert list_set() == set()
    assert not (tmp_path / "var").exists()


def test_after_make_run_a_command_has_its_environment(environment, secret_key, tmp_path):
    development.set_command_environment()
    assert list_set() == SET_BY_MAKE_RUN
    assert environment["SECRET_KEY"] == secret_key
    assert environment["HTTPS"] == "0"
    assert environment["ALLOWED_HOSTS"] == "localhost,127.0.0.1,[::1]"
    assert environment["DATABASE_ENGINE"] == "tools.embedded_pg"
    assert environment["EMBEDDED_DATABASE_DIR"] == str(tmp_path / "var")


@pytest.mark.parametrize("value", ["", "0", "x"])
@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL"])
def test_an_environment_of_ones_own_stays_as_it_is(environment, secret_key, name, value):
    environment[name] = value
    development.set_command_environment()
    assert list_set() == {name}
    assert environment[name] == value


def test_with_debug_a_command_has_the_embedded_database_alone(environment, secret_key):
    environment["DEBUG"] = "1"
    development.set_command_environment()
    database = {"DATABASE_URL", "DATABASE_ENGINE", "EMBEDDED_DATABASE_DIR"}
    assert list_set() == {"DEBUG", *database}


def test_with_debug_off_a_command_sets_nothing(environment, secret_key):
    environment["DEBUG"] = "0"
    development.set_command_environment()
    assert list_set() == {"DEBUG"}


def test_what_is_set_stays_at_make_run(environment):
    environment |= {"SECRET_KEY": "k", "HTTPS": "1", "DATABASE_URL": "postgresql://h/db"}
    development.set_local_environment("a.example", "http://a.example:8123")
    assert environment["SECRET_KEY"] == "k"
    assert environment["HTTPS"] == "1"
    assert environment["DATABASE_URL"] == "postgresql://h/db"
    assert environment["ALLOWED_HOSTS"] == "a.example"
    assert environment["SITE_URL"] == "http://a.example:8123"
    assert not development.SECRET_KEY_FILE.exists()


def test_the_secret_key_is_made_once_and_for_its_owner_alone(environment, secret_key):
    assert len(secret_key) >= 50
    assert development.get_or_create_secret_key() == secret_key
    assert development.SECRET_KEY_FILE.stat().st_mode & 0o077 == 0
    assert list(development.VAR_DIR.iterdir()) == [development.SECRET_KEY_FILE]


@pytest.mark.parametrize("extra_apps", [None, "own"])
def test_the_developer_commands_are_added_where_they_lie(environment, tmp_path, extra_apps):
    if extra_apps:
        environment["EXTRA_APPS"] = extra_apps
    development.set_command_environment()
    assert environment.get("EXTRA_APPS") == extra_apps
    (tmp_path / "tools" / "management").mkdir(parents=True)
    development.set_command_environment()
    assert environment["EXTRA_APPS"] == (extra_apps or "tools")


def run_script(folder, *options):
    """A script of the checkout in `folder`, run by this Python; its answer."""
    script = folder / "script.py"
    script.write_text(
        "import sys; from tools import development; development.use_project_python();"
        "print(sys.executable, *sys.argv[1:], sys.stdin.read())"
    )
    command = [sys.executable, *options, str(script), "one word", "--two"]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(
        command, env=environment, input="three", capture_output=True, text=True, check=True
    ).stdout.split()


@pytest.fixture
def checkout(tmp_path):
    """A checkout with the developer tools alone."""
    (tmp_path / "tools").mkdir()
    for name in ("__init__.py", "development.py"):
        (tmp_path / "tools" / name).write_bytes((PROJECT / "tools" / name).read_bytes())
    return tmp_path


def test_without_a_python_of_the_project_the_running_one_stays(checkout):
    assert run_script(checkout) == [sys.executable, "one", "word", "--two", "three"]


def test_the_python_of_the_project_takes_over(checkout):
    venv = checkout / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    python = str(venv / "bin" / "python")
    assert run_script(checkout) == [python, "one", "word", "--two", "three"]


def test_a_python_of_the_project_that_is_no_environment_takes_over_once(checkout):
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(Path(sys.executable).resolve())
    assert run_script(checkout) == [str(python), "one", "word", "--two", "three"]


def test_the_running_python_is_the_projects_through_a_link_too(checkout):
    (checkout / ".venv").symlink_to(sys.prefix)
    assert run_script(checkout)[0] == sys.executable


def test_the_digits_are_read_with_the_keys_of_make_run():
    """With another key no sealed account is found: `make code` told that there is no demo."""
    lines = (PROJECT / "Makefile").read_text("utf-8").splitlines()
    (recipe,) = [line for line in lines if "manage.py demo_code" in line]
    assert [name for name in development.OWN_ENVIRONMENT if f"{name}=" in recipe] == []
