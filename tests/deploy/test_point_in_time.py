"""Back to a moment: pgBackRest and `deploy/recover` on a real server, with the site's tables and demo rows.

`make deploy-trial` prints what was measured.
"""

import os
import re
import shutil
import time
from collections.abc import Iterator

import pytest

from tests.deploy.archived_database import (
    PACKAGES,
    ArchivedDatabase,
    list_missing,
    run_archived_database,
)
from tests.deploy.units import Systemd

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(
        bool(list_missing()), reason=f"it takes root, and apt-get install {PACKAGES}"
    ),
]
FULL, DIFF = "jobsite-pgbackrest@full.service", "jobsite-pgbackrest@diff.service"
NOW = "SELECT clock_timestamp()::text"
WRITE = "INSERT INTO sitekit_tally (key, count, until) VALUES ('{}', 1, now()) RETURNING key"
WRITTEN = (
    "SELECT coalesce(string_agg(key, ' ' ORDER BY key), '') FROM sitekit_tally WHERE key ~ '^pitr-'"
)
FORGET_COUNTS = "from sitekit.models import Tally; Tally.objects.all().delete()"
SHOW_ARCHIVE = (
    "from jobsite.monitoring.facts import read_system_facts; print(read_system_facts().archive)"
)
SHOW_METRICS = (
    "from jobsite.monitoring.exposition import render_metrics; print(render_metrics().decode())"
)


@pytest.fixture(scope="module")
def machine() -> Iterator[tuple[ArchivedDatabase, Systemd]]:
    """With demo rows and a full backup."""
    with run_archived_database() as (database, systemd):
        for command in (["migrate", "--verbosity=0"], ["load_regions"], ["demo"]):
            database.machine.run_manage(*command)
        systemd.start(FULL)
        yield database, systemd


@pytest.fixture(autouse=True)
def nothing_recovered(machine) -> Iterator[None]:
    """Nor is anything there that another test wrote."""
    with machine[0].connect() as connection:
        connection.execute("DELETE FROM sitekit_tally WHERE key ~ '^pitr-'")
    yield
    if machine[0].recovered.exists():
        machine[0].recover("end")


def run_shell(database: ArchivedDatabase, code: str) -> str:
    return database.machine.run_manage("shell", "--no-imports", "-c", code)


def write_marker_row(database: ArchivedDatabase, name: str) -> str:
    """Write a row; return the moment after it, in which nothing else is written."""
    database.ask(WRITE.format(f"pitr-{name}"))
    moment = database.ask(NOW)
    time.sleep(1.5)
    return moment


def count_bytes(folder) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_the_state_before_a_mistake_comes_back_beside_the_running_one_and_in_its_place(
    machine, record_property
):
    database, systemd = machine
    figures = []
    variables = database.recovered_sockets / "site.env"
    run_manage = database.machine.run_manage
    moment = write_marker_row(database, "before")
    saved, timeline = database.sum_tables(), read_timeline(database)
    write_marker_row(database, "after")
    with database.connect() as connection:
        mistake = connection.execute("DELETE FROM listings_listingevent")
        assert mistake.rowcount > 100
    segment = database.ask("SELECT pg_walfile_name(pg_current_wal_lsn())")
    began = time.monotonic()
    database.wait_for_segment(segment)  # by archive_timeout, as on a site where little is written
    figures.append(f"the mistake was in the archive after {time.monotonic() - began:.0f} s")
    with pytest.raises(AssertionError, match="对不上"):
        run_manage("verify_governance")
    damaged = database.sum_tables()

    began = time.monotonic()
    code, words = database.recover("to", moment)
    assert code == 0, words
    figures.append(f"restored and replayed in {time.monotonic() - began:.1f} s")
    figures.append(f"{count_bytes(database.recovered) >> 20} MB brought back")
    figures.append(f"{count_bytes(database.repository) >> 10} kB in the repository, encrypted")
    assert database.sum_tables(database.recovered_sockets) == saved
    assert database.ask(WRITTEN, database.recovered_sockets) == "pitr-before"
    assert "都对得上" in run_manage("verify_governance", variables=variables)
    assert "No row lacks its file" in run_manage("verify_files", variables=variables)
    with pytest.raises(AssertionError, match="read-only"):
        run_manage("shell", "--no-imports", "-c", FORGET_COUNTS, variables=variables)
    assert database.sum_tables() == damaged, "the running one goes on as it was"
    assert "end deletes it" in database.recover("to", moment)[1]

    with database.connect():
        code, words = database.recover("use")
    assert code == 1 and "is in use (1 sessions)" in words
    code, words = database.recover("use")
    assert code == 0, words
    (kept,) = database.data.parent.glob("main.before_*")
    assert str(kept) in words and not database.recovered.exists()
    assert database.sum_tables() == saved
    assert database.ask("SHOW default_transaction_read_only") == "off"
    assert read_timeline(database) == timeline + 1
    check_archiving(database, systemd)
    record_property("figure", "\n".join(figures))


def test_who_went_back_to_the_wrong_moment_goes_back_once_more(machine):
    """From the same backup, to a moment that was given up by the first way back."""
    database, systemd = machine
    timeline = read_timeline(database)
    before = write_marker_row(database, "before")
    between = write_marker_row(database, "between")
    write_marker_row(database, "after")
    database.archive_segment()
    bring_back_and_use(database, before)
    assert database.ask(WRITTEN) == "pitr-before"
    write_marker_row(database, "on the first way")
    on_first_way = database.ask(NOW)
    write_marker_row(database, "later on the first way")
    database.archive_segment()

    bring_back_and_use(database, between)
    assert database.ask(WRITTEN) == "pitr-before pitr-between"
    assert read_timeline(database) == timeline + 2
    check_archiving(database, systemd)

    code, words = database.recover("to", on_first_way)
    assert code == 0, words
    written = database.ask(WRITTEN, database.recovered_sockets)
    assert written == "pitr-before pitr-on the first way"


def bring_back_and_use(database: ArchivedDatabase, moment: str) -> None:
    for words in (("to", moment), ("use",)):
        code, output = database.recover(*words)
        assert code == 0, output
    for kept in database.data.parent.glob("main.before_*"):
        shutil.rmtree(kept)


def read_timeline(database: ArchivedDatabase) -> int:
    return int(database.ask("SELECT pg_walfile_name(pg_current_wal_lsn())")[:8], 16)


def check_archiving(database: ArchivedDatabase, systemd: Systemd) -> None:
    """It archives on a timeline of its own, is backed up, and the site sees both."""
    write_marker_row(database, "in its place")
    assert int(database.archive_segment()[:8], 16) == read_timeline(database) > 1
    systemd.start(DIFF)
    archive_state = run_shell(database, SHOW_ARCHIVE)
    assert re.search(
        r"archived_at=datetime.*is_failing=False, backup_at=datetime", archive_state
    ), archive_state
    assert "jobsite_archive_on 1.0" in run_shell(database, SHOW_METRICS)
    archive = next(database.repository.glob("archive/jobsite/*-1"))
    away = archive.with_name("away")
    archive.rename(away)
    archive.touch()  # as where the repository's disk is gone
    database.ask(WRITE.format("pitr-not archived"))
    database.ask("SELECT pg_switch_wal()::text")
    failing = "SELECT last_failed_time > last_archived_time FROM pg_stat_archiver"
    until = time.monotonic() + 60
    while not database.ask(failing):
        assert time.monotonic() < until
        time.sleep(0.2)
    archive_state = run_shell(database, SHOW_METRICS)
    assert "jobsite_archive_failing 1.0" in archive_state
    archive.unlink()
    away.rename(archive)
    database.archive_segment()
    assert "is_failing=False" in run_shell(database, SHOW_ARCHIVE)


def test_where_the_archive_is_damaged_it_ends_with_words_that_say_so(machine):
    database, _ = machine
    first = write_marker_row(database, "1")
    database.archive_segment()
    ended = database.ask(NOW)
    write_marker_row(database, "2")
    segment = database.find_archived(database.archive_segment())
    moment = write_marker_row(database, "3")
    write_marker_row(database, "4")
    database.archive_segment()
    content = segment.read_bytes()
    try:
        # Damaged where its compression begins, as later on PostgreSQL itself reads until the damage.
        segment.write_bytes(content[:20] + bytes([content[20] ^ 1]) + content[21:])
        check_refusal(database, moment, first, ended)
        verified = database.run("pgbackrest", "--stanza=jobsite", "--output=text", "verify")
        assert "status: error" in verified, verified
        segment.unlink()
        check_refusal(database, moment, first, ended)
    finally:
        segment.write_bytes(content)
        os.chown(segment, database.user, -1)
    code, words = database.recover("to", "newest")
    assert code == 0 and "cannot be read" not in words, words
    assert database.ask(WRITTEN, database.recovered_sockets) == "pitr-1 pitr-2 pitr-3 pitr-4"


def check_refusal(database: ArchivedDatabase, moment: str, first: str, ended: str) -> None:
    """What lies behind the damage does not come back; what lies before it does, and both are told."""
    code, words = database.recover("to", moment)
    assert code == 1, words
    assert "the archive ends before that moment, or is damaged there" in words
    last = re.search(r"The last write that leads to it is of (\S+ \S+)", words)
    assert last and first[:19] <= last[1][:19] <= ended[:19], words
    assert not database.recovered.exists()
    code, words = database.recover("to", "newest")
    assert code == 0 and "the one after" in words and "cannot be read" in words, words
    assert database.ask(WRITTEN, database.recovered_sockets) == "pitr-1"
    assert database.recover("end")[0] == 0


def test_what_is_no_moment_is_refused_before_anything_is_made(machine):
    database, _ = machine
    for words, refusal in (
        ([], "to MOMENT, use, or end"),
        (["to"], "to which moment?"),
        (["to", "the day before the flood"], "is no moment"),
        (["to", "2099-01-01"], "has not been yet"),
        (["to", "2020-01-01 10:00"], "no backup is older than that moment"),
        (["use"], "nothing was brought back"),
        (["end"], "nothing was brought back"),
    ):
        code, output = database.recover(*words)
        assert code == 1 and refusal in output, (words, output)
        assert output.startswith("recover: ") and output.count("\n") == 1
    assert not database.recovered.exists()
