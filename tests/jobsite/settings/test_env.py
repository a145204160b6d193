"""The readers of environment variables: right values read, wrong ones named."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from jobsite.env import (
    read_env_choice,
    read_env_database,
    read_env_flag,
    read_env_integer,
    read_env_list,
    read_env_text,
)


@pytest.fixture
def given(monkeypatch):
    def give(value):
        if value is None:
            monkeypatch.delenv("THING", raising=False)
        else:
            monkeypatch.setenv("THING", value)

    return give


@pytest.mark.parametrize(
    ("value", "read"),
    [
        *(("1", True), ("True", True), (" yes ", True), ("on", True)),
        *(("0", False), ("FALSE", False), ("no", False), ("off", False)),
    ],
)
def test_a_flag_reads_the_usual_words(given, value, read):
    given(value)
    assert read_env_flag("THING", default=not read) is read


@pytest.mark.parametrize("value", [None, ""])
@pytest.mark.parametrize("default", [True, False])
def test_an_absent_or_empty_flag_is_its_default(given, value, default):
    given(value)
    assert read_env_flag("THING", default=default) is default


@pytest.mark.parametrize("value", ["maybe", "2", "tru", "是", "-1", " "])
def test_a_wrong_flag_is_named(given, value):
    given(value)
    with pytest.raises(ImproperlyConfigured, match="THING"):
        read_env_flag("THING")


@pytest.mark.parametrize(("value", "read"), [("1", 1), ("60", 60), ("007", 7), (None, 5), ("", 5)])
def test_a_number_is_read(given, value, read):
    given(value)
    assert read_env_integer("THING", 5, 1, 60) == read


@pytest.mark.parametrize("value", ["0", "61", "-1", "1.5", "1e1", "٣", "２", "x", " 5", "9" * 5000])
def test_a_wrong_number_is_named_with_its_range(given, value):
    given(value)
    with pytest.raises(ImproperlyConfigured, match=r"THING.*from 1 to 60"):
        read_env_integer("THING", 5, 1, 60)


def test_a_text_that_must_be_there_is_named(given):
    given(None)
    with pytest.raises(ImproperlyConfigured, match="THING"):
        read_env_text("THING")
    assert read_env_text("THING", "x") == "x"
    given("湘西")
    assert read_env_text("THING", "x") == "湘西"
    given("")
    assert read_env_text("THING", "x") == "x", "an empty line of a file says nothing"
    with pytest.raises(ImproperlyConfigured, match="THING"):
        read_env_text("THING")


def test_words_are_cut_at_commas(given):
    given(" a.example, ,b.example,")
    assert read_env_list("THING") == ["a.example", "b.example"]
    for absent in (None, ""):
        given(absent)
        assert read_env_list("THING", "x,y") == ["x", "y"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("postgresql://u:p@h:5433/db", ("u", "p", "h", "5433", "db")),
        ("postgres://u@h/db", ("u", "", "h", "", "db")),
        ("postgresql:///db", ("", "", "", "", "db")),
        ("postgresql://u%40x:p%2F%3A%23@h/%E6%B9%98", ("u@x", "p/:#", "h", "", "湘")),
        ("postgresql://u@%2Fvar%2FRun%2FMy%20PG/db", ("u", "", "/var/Run/My PG", "", "db")),
        ("postgresql://u@%2Fvar%2Frun:5433/db", ("u", "", "/var/run", "5433", "db")),
        ("postgresql://u:p@Db.Example:5433/db", ("u", "p", "Db.Example", "5433", "db")),
        ("postgresql://u:@%2FSrv%2FPg:5433/db", ("u", "", "/Srv/Pg", "5433", "db")),
        ("postgresql://u@[::1]:5433/db", ("u", "", "::1", "5433", "db")),
    ],
)
def test_a_database_address_is_taken_apart(given, monkeypatch, value, expected):
    monkeypatch.delenv("DATABASE_ENGINE", raising=False)
    given(value)
    read = read_env_database("THING")
    assert tuple(read[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")) == expected
    assert read["ENGINE"] == "django.db.backends.postgresql"
    assert read["OPTIONS"] == {}


def test_what_follows_a_question_mark_is_handed_to_the_driver(given):
    given("postgresql://u@h/db?sslmode=require&connect_timeout=3")
    assert read_env_database("THING")["OPTIONS"] == {
        "sslmode": "require",
        "connect_timeout": "3",
    }


@pytest.mark.parametrize("value", [None, ""])
def test_without_a_database_address_the_default_is_taken(given, value):
    given(value)
    assert read_env_database("THING", "postgresql://h/db")["NAME"] == "db"
    with pytest.raises(ImproperlyConfigured, match="THING is not set"):
        read_env_database("THING")


def test_the_engine_of_the_database_may_be_another(given, monkeypatch):
    given("postgresql://u@h/db")
    monkeypatch.setenv("DATABASE_ENGINE", "somewhere.else")
    assert read_env_database("THING")["ENGINE"] == "somewhere.else"


@pytest.mark.parametrize(
    "value",
    [
        "mysql://u@h/db",
        "sqlite:///db.sqlite3",
        "postgresql://u@h",
        "postgresql://u@h/",
        "postgresql://u@h:port/db",
        "postgresql://u@h:99999/db",
        "postgresql://u@[::1/db",
        "db",
        " ",
    ],
)
def test_a_wrong_database_address_is_named_without_its_password(given, value):
    given(value.replace("u@", "u:secret@"))
    with pytest.raises(ImproperlyConfigured, match="THING") as caught:
        read_env_database("THING")
    assert "secret" not in str(caught.value)


def test_a_choice_is_one_of_those_that_are_named(given):
    for value, choice in ((None, "plain"), ("", "plain"), ("json", "json")):
        given(value)
        assert read_env_choice("THING", ("plain", "json")) == choice
    given("xml")
    with pytest.raises(ImproperlyConfigured, match="THING='xml' is none of plain, json"):
        read_env_choice("THING", ("plain", "json"))
