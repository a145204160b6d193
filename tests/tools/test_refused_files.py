"""A file of var/ that may not be used: one line that says whose it is and what to do, and no traceback."""

import errno
import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from tools.refused_files import describe_refused_file

PROJECT = Path(__file__).resolve().parents[2]
OWN_NAME = pwd.getpwuid(os.geteuid()).pw_name


def refuse_file(path, number=errno.EACCES):
    return OSError(number, os.strerror(number), str(path))


@pytest.fixture
def data_folder(tmp_path):
    folder = tmp_path / "var"
    folder.mkdir()
    return folder


def test_a_file_of_somebody_else_is_given_away_with_its_folder(data_folder, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    path = data_folder / "secret_key"
    path.touch()
    assert describe_refused_file(refuse_file(path), data_folder) == (
        f"{path} may not be used by 54321, since {path} belongs to {OWN_NAME}; run this as {OWN_NAME}, "
        f"or give it away: chown -R 54321 {data_folder}"
    )


def test_a_folder_that_its_owner_closed_is_opened(data_folder):
    path = data_folder / "run.lock"
    words = describe_refused_file(refuse_file(path), data_folder)
    assert words.endswith(
        f"is closed to its owner {OWN_NAME}; open it: chmod -R u+rwX {data_folder}"
    )


def test_what_lies_outside_is_opened_alone(data_folder, tmp_path):
    words = describe_refused_file(refuse_file(tmp_path / "static" / "a.css"), data_folder)
    assert words.endswith(f"chmod -R u+rwX {tmp_path}")


def test_a_read_only_file_system_and_a_full_disk_are_named(data_folder):
    path = data_folder / "pg.lock"
    assert describe_refused_file(refuse_file(path, errno.EROFS), data_folder) == (
        f"{path} cannot be written, the file system is read-only; mount it for writing"
    )
    assert describe_refused_file(refuse_file(path, errno.ENOSPC), data_folder) == (
        f"{path}: No space left on device"
    )
    assert describe_refused_file(OSError("the port is taken"), data_folder) == "the port is taken"


RUN = """
import sys
from pathlib import Path
from tools import development, runsite
var = Path(sys.argv.pop(1))
development.VAR_DIR = runsite.VAR_DIR = var
development.SECRET_KEY_FILE = var / "secret_key"
if sys.argv.pop(1) == "make run":
    runsite.main()
import manage
manage.main()
"""


@pytest.mark.parametrize(
    ("program", "refused"),
    [
        ("manage.py", "secret_key"),
        ("manage.py", "pg.lock"),
        ("make run", "secret_key"),
        ("make run", "run.lock"),
    ],
)
def test_each_program_ends_with_one_line(data_folder, program, refused):
    """A folder where a file should be is refused to root, too."""
    (data_folder / "secret_key").write_text("of-a-test-of-refused-files-" * 3)
    (data_folder / refused).unlink(missing_ok=True)
    (data_folder / refused).mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    ended = subprocess.run(
        [sys.executable, "-c", RUN, str(data_folder), program, "migrate"],
        cwd=PROJECT,
        env=kept | {"PORT": "0" if program == "manage.py" else "18765"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"{program}: ")
    assert f"{data_folder / refused}: Is a directory" in line


def test_doctor_names_what_keeps_the_database_away(data_folder):
    (data_folder / "secret_key").write_text("of-a-test-of-refused-files-" * 3)
    (data_folder / "pg.lock").mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    ended = subprocess.run(
        [sys.executable, "-c", RUN, str(data_folder), "manage.py", "doctor"],
        cwd=PROJECT,
        env=kept,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (
        f"wrong  database: connection failed: {data_folder}/pg.lock: Is a directory" in ended.stdout
    )
    assert "ok     keys" in ended.stdout
    assert (ended.returncode, ended.stderr) == (1, "")
