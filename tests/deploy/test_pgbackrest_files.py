"""What the files of recovery to a moment say, without running them; `test_point_in_time.py` runs them."""

import configparser
import re

import pytest
import yaml

from jobsite.monitoring.facts import BASE_BACKUP
from tests.deploy.machine import PROJECT

DEPLOY = PROJECT / "deploy"
LONGEST_LOSS = 60  # seconds


def read_config(name):
    parser = configparser.ConfigParser(delimiters="=", comment_prefixes="#")
    parser.read(DEPLOY / "pgbackrest" / name)
    return parser


def read_archiving():
    text = (DEPLOY / "pgbackrest" / "archiving.conf").read_text()
    return dict(re.findall(r"^(\w+) = '?([^'\n]+)'?$", text, re.MULTILINE))


def read_unit(name):
    return (DEPLOY / name).read_text()


def test_the_repository_is_encrypted_and_its_key_stands_apart():
    config, keys = read_config("pgbackrest.conf"), read_config("keys.conf")
    assert config["global"]["repo1-cipher-type"] == "aes-256-cbc"
    text = (DEPLOY / "pgbackrest" / "pgbackrest.conf").read_text()
    assert "cipher-pass=" not in text and "s3-key" not in text
    assert keys["global"]["repo1-cipher-pass"] == "SECRET_OF_BACKUPS"


def test_a_minute_is_lost_at_most_with_and_without_patroni():
    archiving = read_archiving()
    text = (DEPLOY / "ha" / "patroni-archiving.yml").read_text()
    patroni = yaml.safe_load(text)["postgresql"]
    for settings in (archiving, patroni["parameters"]):
        assert settings["archive_mode"] == "on"
        assert 0 < int(settings["archive_timeout"]) <= LONGEST_LOSS
        assert settings["archive_command"] == archiving["archive_command"]
    assert "archive-push %p" in archiving["archive_command"]
    assert patroni["create_replica_methods"][0] in patroni, "its command stands beside it"
    shipped = yaml.safe_load((DEPLOY / "ha" / "patroni.yml").read_text())["postgresql"]
    assert shipped["parameters"].keys().isdisjoint(patroni["parameters"])


def test_former_states_are_kept_no_longer_than_the_daily_files():
    (days,) = re.findall(r"--keep (\d+)", read_unit("jobsite-backup.service"))
    weeks = int(read_config("pgbackrest.conf")["global"]["repo1-retention-full"])
    assert 7 * weeks <= int(days)


@pytest.mark.parametrize(
    "file", ["jobsite-pgbackrest@.service", "recover", "pgbackrest/archiving.conf"]
)
def test_all_speak_of_the_same_stanza(file):
    assert "jobsite" in read_config("pgbackrest.conf")
    assert re.search(r"stanza=jobsite\b", (DEPLOY / file).read_text())


def test_a_backup_is_made_each_day_and_noted_where_the_site_looks():
    days = [
        re.search("OnCalendar=(.+) \\*-", read_unit(f"jobsite-pgbackrest@{kind}.timer"))[1]
        for kind in ("full", "diff")
    ]
    assert days == ["Sun", "Mon..Sat"]
    assert f"VALUES ('{BASE_BACKUP}'," in read_unit("jobsite-pgbackrest@.service")
