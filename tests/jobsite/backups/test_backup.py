"""A backup is written, altered, cut, and brought back into another database of a real server."""

import os
import resource
import shutil
import subprocess
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import User
from jobsite.backups import programs
from jobsite.backups.backup import BACKUP_CHORE, list_backups, lock_folder
from jobsite.backups.tables import sum_tables
from listings.models import Listing
from safety.evidence.person_pack import build_person_pack
from safety.models import Warned
from sitekit.models import Chore
from sitekit.workflow.periods import DAY
from tests.conftest import build_listing_publisher, tea_shop
from tests.databases import list_databases, open_maintenance_cursor
from tests.jobsite.backups.drills import (
    create_database,
    other_database,
    require_command_refusal,
    run_backup_command,
    run_management_command,
)
from tests.jobsite.workers import wait_for
from tests.people import make_person
from tests.safety.desks import make_moderator_user
from tests.safety.fraud_removals import record_contact_reveal, remove_listing_for_fraud
from tools.embedded_pg.server import SERVER_UID, build_process_options, find_initdb_uid

SERVERS = Path("/usr/lib/postgresql")
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("files")]
MOVED = "--send-waiting"  # without it rows of messages are changed


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


def read_sums():
    with connection.cursor() as cursor:
        return sum_tables(cursor)


def get_server_version():
    connection.ensure_connection()
    return connection.connection.info.server_version // 10_000


def make_rows(publish):
    """A listing, a fraud, and somebody who was warned of it."""
    publish(title="周末试饮推广")
    fraud = publish(title="在家点赞", contact_phone="13900001111", duties="先垫后返。")
    record_contact_reveal(fraud, make_person("阿秀"))
    remove_listing_for_fraud(fraud, make_moderator_user())


def check_drill(saved, files):
    assert read_sums() == saved
    assert Listing.objects.filter(title="周末试饮推广").exists()
    assert "都对得上" in run_management_command("verify_governance")
    run_management_command("migrate", "--check")
    pack = files / "pack.zip"
    with build_person_pack(Warned.objects.get()) as content:
        pack.write_bytes(content.read())
    assert "whole, signed by " in run_management_command("verify_evidence", pack)


def test_what_is_restored_is_what_was_saved(files, age, publish):
    make_rows(publish)
    saved = read_sums()
    path = run_backup_command(files / "backups")
    assert Chore.objects.get(name=BACKUP_CHORE).done_at > timezone.now() - DAY, (
        "when it was made is told"
    )
    assert oct(path.stat().st_mode)[-3:] == "600"
    assert oct(path.parent.stat().st_mode)[-3:] == "700"
    assert "Whole: " in run_management_command("verify_backup", path, "--identity", age)
    User.objects.create_user("later@example.com")
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = files / "new/media", files / "new/private"
    with other_database():
        restored = run_management_command("restore", path, "--identity", age, MOVED)
        assert "migrations" not in restored
        check_drill(saved, files)
    assert oct((files / "new/media").stat().st_mode)[-3:] == "755"
    assert (files / "new/media/photos/a/图.jpg").read_bytes() == b"tea-at-noon"
    paper = files / "new/private/papers/ab/1"
    assert paper.read_bytes() == b"paper" and oct(paper.stat().st_mode)[-3:] == "600"
    assert oct(paper.parent.stat().st_mode)[-3:] == "700"
    assert sorted(path.name for path in (files / "new").iterdir()) == ["media", "private"]


@pytest.fixture
def gpg(files, monkeypatch):
    if shutil.which("gpg") is None:
        pytest.skip("gpg is missing")
    home = files / "gpg"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(home))
    key = ("--quick-generate-key", "backup@example.com", "future-default", "default", "never")
    quiet = ("gpg", "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "")
    subprocess.run([*quiet, *key], check=True, capture_output=True)
    monkeypatch.setattr(settings, "BACKUP_RECIPIENT", "backup@example.com")
    yield
    subprocess.run(["gpgconf", "--kill", "all"], check=True)


def test_gnupg_encrypts_too(files, gpg):
    path = run_backup_command(files / "backups")
    assert path.suffix == ".gpg" and b"about.json" not in path.read_bytes()
    assert "Whole: " in run_management_command("verify_backup", path)
    Path(f"{path}.sha256").unlink()
    path.write_bytes(path.read_bytes()[:-2000])
    assert require_command_refusal("verify_backup", path).startswith("gpg: ")


def raise_count(content):
    """As if the saved database had had more places."""
    at = content.index(b'"public.cities_region"')
    return content[:at] + content[at:].replace(b'"3740"', b'"3741"', 1)


def test_a_file_that_is_cut_or_altered_is_refused(files, age):
    """By the checksum beside it, and without that by age and by what stands in it."""
    encrypted, plain = (
        run_backup_command(files / "backups"),
        run_backup_command(files / "backups", "--plain"),
    )
    assert b"about.json" in plain.read_bytes() and b"about.json" not in encrypted.read_bytes()
    assert "as it was written" in run_management_command("verify_backup", encrypted)
    for path in (encrypted, plain):
        content = path.read_bytes()
        # Of the plain one a letter of the picture, which no form of tar or of pg_dump notices.
        at = content.index(b"tea-at-noon") if path is plain else len(content) // 2
        altered = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        for wrong in (content[:-5000], content[: len(content) // 2], altered):
            path.write_bytes(wrong)
            assert "is cut or altered" in require_command_refusal(
                "verify_backup", path, "--identity", age
            )
            copy = files / f"copy{path.suffix}"
            copy.write_bytes(wrong)
            words = require_command_refusal("verify_backup", copy, "--identity", age)
            assert words.startswith("age: error:" if path is encrypted else "The backup is ")
    settings.MEDIA_ROOT = files / "media"
    settings.PRIVATE_ROOT = files / "new/private"
    with other_database() as drill:
        words = require_command_refusal("restore", copy, "--identity", age, "--replace")
        assert words == "The backup is altered: media/photos/a/图.jpg is not what was saved."
        copy.write_bytes(raise_count(content))
        words = require_command_refusal("restore", copy, "--replace")
        assert "public.cities_region has other rows than when it was saved: 3740, " in words
        with open_maintenance_cursor() as cursor:
            assert list_databases(cursor, drill) == []
    assert not list(files.glob("*.restoring")) and not list(files.glob("new/*"))
    assert (files / "media/photos/a/图.jpg").read_bytes() == b"tea-at-noon"


@contextmanager
def run_autovacuum(database):
    """PostgreSQL clears away deleted rows there, so slowly that it is not done before somebody looks."""
    with programs.connect_database(connection) as session, session.cursor() as cursor:
        cursor.execute("CREATE TABLE cleared AS SELECT generate_series(1, 50000) AS number")
        cursor.execute(
            "ALTER TABLE cleared SET (autovacuum_vacuum_scale_factor = 0,"
            " autovacuum_vacuum_cost_limit = 1, autovacuum_vacuum_cost_delay = 100)"
        )
        cursor.execute("DELETE FROM cleared")
    workers = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = %s AND datname = %s"

    def count_workers():
        cursor.execute(workers, ["autovacuum worker", database])
        return cursor.fetchone()[0]

    with open_maintenance_cursor() as cursor:
        cursor.execute("ALTER SYSTEM SET autovacuum_naptime = '1s'")
        cursor.execute("SELECT pg_reload_conf()")
        try:
            wait_for(count_workers, "autovacuum")
            yield count_workers
        finally:
            cursor.execute("ALTER SYSTEM RESET autovacuum_naptime")
            cursor.execute("SELECT pg_reload_conf()")


@pytest.mark.full
def test_a_database_that_only_autovacuum_looks_after_is_not_in_use(files):
    path = run_backup_command(files / "backups", "--plain")
    with other_database() as drill:
        create_database()
        with run_autovacuum(drill) as count_workers:
            restored = run_management_command("restore", path, "--replace")
            assert f"kept as {drill}_before_" in restored
            assert not count_workers(), "it gave way"


@pytest.mark.full
def test_what_stands_is_kept_under_another_name_and_only_when_it_is_said(files):
    path = run_backup_command(files / "backups", "--plain")
    (files / "media/photos/later.jpg").write_bytes(b"later")
    with other_database() as drill:
        assert "holds files: --replace" in require_command_refusal("restore", path)
        run_management_command("restore", path, "--replace")
        settings.MEDIA_ROOT, settings.PRIVATE_ROOT = files / "new/media", files / "new/private"
        assert f"{drill} has rows: --replace" in require_command_refusal("restore", path)
        with programs.connect_database(connection):
            assert require_command_refusal("restore", path, "--replace").startswith(
                f"{drill} is in use (1 sessions)"
            )
        with open_maintenance_cursor() as cursor:
            assert list_databases(cursor, drill) == [drill]
        assert f"kept as {drill}_before_" in run_management_command("restore", path, "--replace")
    former = next(files.glob("media.before_*"))
    assert (former / "photos/later.jpg").read_bytes() == b"later"
    assert [file.name for file in (files / "media").rglob("*.jpg")] == ["图.jpg"]


def test_a_backup_names_what_is_not_in_it(files, monkeypatch):
    words = run_management_command("backup", files / "backups", "--plain")
    assert "kept elsewhere: SECRET_KEY" in words and "pictures" not in words
    monkeypatch.setattr(settings, "STORAGES", {**settings.STORAGES, "pictures": {}})
    assert ", pictures (in S3)." in run_management_command("backup", files / "backups", "--plain")


def test_the_newest_are_kept_and_an_unfinished_one_is_never_one_of_them(files, monkeypatch):
    folder = files / "backups"
    first, second = run_backup_command(folder, "--plain"), run_backup_command(folder, "--plain")
    unfinished = folder / "jobsite-1.tar.unfinished"
    unfinished.write_bytes(b"killed")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))  # as where the disk is full
    try:
        assert require_command_refusal("backup", folder, "--plain", "--keep", 1).startswith(
            "File too large: "
        )
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list_backups(folder) == [first, second] and not unfinished.exists()
    newest = run_backup_command(folder, "--plain", "--keep", "1")
    assert list_backups(folder) == [newest]
    assert sorted(path.name for path in folder.iterdir()) == [newest.name, f"{newest.name}.sha256"]


def test_the_one_just_made_is_kept_also_by_a_clock_that_is_behind(files):
    folder = files / "backups"
    former = run_backup_command(folder, "--plain")
    later = former.rename(folder / "jobsite-20990101-000000-000000.tar")
    Path(f"{former}.sha256").rename(f"{later}.sha256")
    run_management_command("backup", folder, "--plain", "--keep", 1)
    (kept,) = list_backups(folder)
    assert kept != later


def test_what_lacks_is_told_in_one_line(files, age, monkeypatch):
    folder = files / "backups"
    assert require_command_refusal("backup", files / "media/backups", "--plain").endswith(
        "or PRIVATE_ROOT."
    )
    assert require_command_refusal("backup", folder, "--keep", 0) == "--keep: at least 1."
    folder.mkdir(mode=0o755)
    assert require_command_refusal("backup", folder) == f"{folder} is open to others: chmod 700."
    folder.chmod(0o700)
    with lock_folder(folder):
        assert require_command_refusal("backup", folder).startswith("Another backup ")
    with monkeypatch.context() as patch:
        patch.setattr(programs, "_list_program_folders", list)
        assert require_command_refusal("backup", folder).startswith("No pg_dump 18 is here")
    with monkeypatch.context() as patch:
        patch.setenv("PATH", "")
        assert require_command_refusal("backup", folder) == "age is not installed."
    monkeypatch.setattr(settings, "BACKUP_RECIPIENT", "age1nobody")
    assert require_command_refusal("backup", folder).startswith("age: error: ")
    monkeypatch.setattr(settings, "BACKUP_RECIPIENT", "")
    assert require_command_refusal("backup", folder).startswith("BACKUP_RECIPIENT is not set")
    assert list(folder.iterdir()) == []
    for command in ("verify_backup", "restore"):
        assert (
            require_command_refusal(command, folder / "none.tar")
            == f"There is no file {folder / 'none.tar'}."
        )


def test_no_password_stands_on_a_command_line(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "tianqi-bucuo-9")
    with programs.connect_database(connection) as database:
        address, environment = programs.build_address(database)
    assert "tianqi" not in address and environment["PGPASSWORD"] == "tianqi-bucuo-9"


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
        run_management_command("migrate", verbosity=0)
        run_management_command("load_regions", verbosity=0)
        make_rows(build_listing_publisher(tea_shop()))
        saved, path = read_sums(), run_backup_command(files / "backups")
        run_management_command("restore", path, "--identity", age, "--replace", MOVED)
        assert get_server_version() == version
        check_drill(saved, files)
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = files / "new/media", files / "new/private"
    with other_database():
        run_management_command("restore", path, "--identity", age, MOVED)
        assert get_server_version() > version
        check_drill(saved, files)
