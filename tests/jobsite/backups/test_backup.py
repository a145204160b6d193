"""A backup is written, altered, cut, and brought back into another database of a real server."""

import os
import shutil
import subprocess
from contextlib import contextmanager
from functools import partial
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from jobsite.backups.backup import list_backups
from jobsite.backups.tables import sum_tables
from listings.models import Listing
from tests.conftest import publisher, tea_shop
from tests.databases import list_databases, maintenance, use_database
from tests.people import person
from tools.embedded_pg.server import SERVER_UID, build_process_options, find_initdb_uid

SERVERS = Path("/usr/lib/postgresql")
pytestmark = pytest.mark.django_db(transaction=True)


def call(*words, **options):
    output = StringIO()
    call_command(*map(str, words), stdout=output, **options)
    return output.getvalue()


def write(folder, *words):
    call("backup", folder, *words)
    return list_backups(folder)[-1]


def refuse(*words):
    with pytest.raises(CommandError) as refusal:
        call(*words)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


@pytest.fixture(autouse=True)
def files(tmp_path, monkeypatch):
    """A picture that the web server reads, a paper that it does not."""
    for name, content in (("media/photos/a/图.jpg", b"picture"), ("private/papers/ab/1", b"paper")):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    (tmp_path / "private/papers/ab/1").chmod(0o600)
    (tmp_path / "private").chmod(0o700)
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "media")
    monkeypatch.setattr(settings, "PRIVATE_ROOT", tmp_path / "private")
    return tmp_path


@pytest.fixture
def age(files, monkeypatch):
    """A key of age that is made for the test; returns the file of its private half."""
    if shutil.which("age") is None:
        if os.environ.get("CI"):
            pytest.fail("age is missing: in CI its tests must run")
        pytest.skip("age is missing (Debian: apt install age)")
    identity = files / "identity"
    subprocess.run(["age-keygen", "-o", identity], check=True, capture_output=True)
    public = subprocess.run(["age-keygen", "-y", identity], check=True, capture_output=True)
    monkeypatch.setattr(settings, "BACKUP_RECIPIENT", public.stdout.decode().strip())
    return identity


@contextmanager
def other_database():
    """As on a machine where nothing is yet: neither the database nor the folders."""
    name, drill = connection.settings_dict["NAME"], f"drill_{os.getpid()}"
    use_database(drill)
    try:
        yield drill
    finally:
        use_database(name)
        with maintenance() as cursor:
            for left in list_databases(cursor, drill):
                cursor.execute(f'DROP DATABASE "{left}"')


def create_database():
    with maintenance() as cursor:
        cursor.execute(f'CREATE DATABASE "{connection.settings_dict["NAME"]}"')


def read_sums():
    with connection.cursor() as cursor:
        return sum_tables(cursor)


def get_server_version():
    connection.ensure_connection()
    return connection.connection.info.server_version // 10_000


def check_drill(saved):
    assert read_sums() == saved
    assert Listing.objects.get().title == "周末试饮推广"
    assert "都对得上" in call("verify_governance")
    call("migrate", "--check")


def test_what_is_restored_is_what_was_saved(files, age, publish):
    person("阿秀")
    publish(title="周末试饮推广")
    path = write(files / "backups")
    assert oct(path.stat().st_mode)[-3:] == "600"
    assert oct(path.parent.stat().st_mode)[-3:] == "700"
    assert "Whole: " in call("verify_backup", path, "--identity", age)
    saved = read_sums()
    User.objects.create_user("later@example.com")
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = files / "new/media", files / "new/private"
    with other_database():
        call("restore", path, "--identity", age)
        check_drill(saved)
    assert (files / "new/media/photos/a/图.jpg").read_bytes() == b"picture"
    paper = files / "new/private/papers/ab/1"
    assert paper.read_bytes() == b"paper" and oct(paper.stat().st_mode)[-3:] == "600"
    assert oct(paper.parent.stat().st_mode)[-3:] == "700"
    assert sorted(path.name for path in (files / "new").iterdir()) == ["media", "private"]


@contextmanager
def run_server(version):
    """Lead the connection to one of the servers that Debian's packages bring; the tests' own is 18."""
    programs = SERVERS / str(version) / "bin"
    if not (programs / "postgres").exists():
        pytest.skip(f"PostgreSQL {version} is missing (Debian: apt install postgresql-{version})")
    uid = find_initdb_uid(os.geteuid() or SERVER_UID)
    run = partial(subprocess.run, check=True, capture_output=True, **build_process_options(uid))
    with TemporaryDirectory() as folder:
        os.chown(folder, uid, -1)
        data = f"{folder}/data"
        initdb = [programs / "initdb", "-D", data, "-U", "jobsite", "--auth=trust", "-E", "UTF8"]
        run([*initdb, "--locale=C"])
        control = [programs / "pg_ctl", "-D", data, "-w", "-l", f"{folder}/log"]
        flags = f"-k {folder} -c listen_addresses= -c fsync=off"
        run([*control, "-o", flags, "start"])
        address = dict(connection.settings_dict)
        connection.settings_dict |= {"HOST": folder, "USER": "jobsite", "PORT": "5432"}
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict |= address
            run([*control, "-m", "immediate", "stop"])


@pytest.mark.full
@pytest.mark.parametrize("version", [15, 17])
def test_another_version_is_saved_and_restored_there_and_in_a_newer_one(version, files, age):
    with run_server(version), other_database():
        create_database()
        call("migrate", verbosity=0)
        call("load_regions", verbosity=0)
        publisher(tea_shop())(title="周末试饮推广")
        path, saved = write(files / "backups"), read_sums()
        call("restore", path, "--identity", age, "--replace")
        assert get_server_version() == version
        check_drill(saved)
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = files / "new/media", files / "new/private"
    with other_database():
        call("restore", path, "--identity", age)
        assert get_server_version() > version
        check_drill(saved)
