"""`manage.py doctor`: what is wrong is named with its cure, and nothing secret is told."""

import io

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection

from jobsite.operations import diagnosis
from sitekit.models import BackfillProgress
from tests.jobsite.settings.test_settings import GOOD, run_manage_command
from tests.sitekit.messages.mail_server import run_mail_server

SECRETS = ("geheim", *(value for name, value in GOOD.items() if "KEY" in name))


def run_doctor():
    """Its lines by what they are about, and whether all is well."""
    output, is_well = io.StringIO(), True
    try:
        call_command("doctor", stdout=output)
    except SystemExit as ending:
        is_well = not ending.code
    lines = [line.split(maxsplit=1) for line in output.getvalue().splitlines()]
    return {words.partition(":")[0]: f"{verdict} {words}" for verdict, words in lines}, is_well


@pytest.fixture
def healthy(settings, tmp_path):
    """An installation in which the worker alone is silent."""
    settings.DEBUG = settings.TRIAL = settings.OPEN_TO_OTHERS = False
    settings.HTTPS = True
    for name in diagnosis.KEYS:
        setattr(settings, name, [b"k" * 32])
    for name in ("MEDIA_ROOT", "PRIVATE_ROOT", "STATIC_ROOT"):
        folder = tmp_path / name
        folder.mkdir(mode=0o700)
        setattr(settings, name, folder)
    (tmp_path / "STATIC_ROOT" / "staticfiles.json").touch()
    settings.TEXT_MESSENGER = {"SENDER": "Aliyun", "OPTIONS": {"host": "sms.example"}}
    with run_mail_server(settings):
        yield settings


@pytest.mark.django_db
def test_all_is_well_once_a_worker_gives_a_sign(healthy):
    facts, is_well = run_doctor()
    wrong = [fact for fact in facts.values() if fact.startswith("wrong")]
    assert not is_well
    assert [fact.partition(";")[0] for fact in wrong] == ["wrong worker: silent"]
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    facts, is_well = run_doctor()
    assert is_well, facts
    assert facts["mail"].endswith("lets us in")
    assert facts["database"].startswith("ok database: PostgreSQL ")


@pytest.mark.django_db
def test_each_wrong_thing_is_named_with_its_cure(healthy, tmp_path):
    healthy.TRIAL = healthy.OPEN_TO_OTHERS = True
    healthy.HTTPS = False
    healthy.EVIDENCE_KEY = None
    healthy.MEDIA_ROOT = tmp_path / "file" / "media"
    (tmp_path / "file").touch()
    (tmp_path / "PRIVATE_ROOT").chmod(0o755)
    (tmp_path / "STATIC_ROOT" / "staticfiles.json").unlink()
    # The server of the tests asks nobody who he is.
    healthy.MAILERS["default"]["OPTIONS"] |= {"username": "u", "password": "geheim"}
    facts, is_well = run_doctor()
    assert not is_well
    for name, cure in {
        "settings": "take TRIAL away",
        "https": "take HTTPS=0 away",
        "MEDIA_ROOT": "give it to the user of the site, or set another one",
        "PRIVATE_ROOT": f"chmod 700 {tmp_path}/PRIVATE_ROOT",
        "STATIC_ROOT": "run manage.py collectstatic",
        "mail": "correct MAIL_URL",
    }.items():
        assert facts[name].startswith("wrong") and facts[name].endswith(cure), facts[name]
    assert "EVIDENCE_KEY derived" in facts["keys"]
    assert "geheim" not in str(facts)


@pytest.mark.django_db
def test_only_a_trial_may_derive_keys_and_leave_messages_here(healthy):
    healthy.CONTACT_KEY = None
    healthy.MAILERS = {"default": {"BACKEND": "sitekit.messages.mail_backends.ConsoleBackend"}}
    healthy.TEXT_MESSENGER = {"SENDER": "Console", "OPTIONS": {}}
    for is_trial, verdict in ((False, "wrong"), (True, "ok")):
        healthy.TRIAL = is_trial
        facts, _ = run_doctor()
        names = ("keys", "mail", "text messages")
        assert {facts[name].split()[0] for name in names} == {verdict}


@pytest.mark.django_db
def test_tables_that_are_missing_are_told(healthy):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path TO nowhere")
    facts, _ = run_doctor()
    assert facts["tables"].endswith("run manage.py migrate")


def test_with_the_database_away_the_other_facts_are_told_and_no_secret(tmp_path):
    done = run_manage_command(
        "doctor",
        DATABASE_URL="postgresql://nobody:geheim@127.0.0.1:1/nothing",
        MAIL_URL="smtps://u:geheim@127.0.0.1:1",
        STATIC_ROOT=str(tmp_path),
    )
    assert done.returncode == 1
    assert done.stderr == ""
    assert "wrong  database: connection failed" in done.stdout
    assert "wrong  mail: 127.0.0.1 port 1" in done.stdout
    assert "ok     keys: each is set" in done.stdout
    assert [secret for secret in SECRETS if secret in done.stdout] == []


@pytest.mark.django_db
def test_a_backfill_under_way_is_told(healthy):
    BackfillProgress.objects.create(name="写搜索行", version=1, row_count=300)
    assert run_doctor()[0]["backfill"] == "ok backfill: 写搜索行: 300 rows so far"


def test_what_is_not_known_is_told_with_its_cause_and_no_secret():
    def examine_folder():
        raise PermissionError(13, "Permission denied", "/srv/papers")
        yield

    def examine_database():
        raise DatabaseError('invalid dsn: missing "=" after "postgresql://u:geheim@db.example"')
        yield

    folder, database = diagnosis.list_facts([examine_folder, examine_database])
    assert folder.words == "not known (/srv/papers may not be used by this user)"
    assert database.words == "not known (DatabaseError)"
