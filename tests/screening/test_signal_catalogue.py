"""`manage.py signal_catalogue` and the page it writes."""

import pytest
from django.core.management import CommandError, call_command

from screening import catalogue
from screening.management.commands import signal_catalogue


def test_the_page_in_docs_is_what_the_signals_say_today():
    call_command("signal_catalogue", check=True)


def test_a_stale_page_is_told_and_written_anew(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(signal_catalogue, "PAGE", tmp_path / "signals.md")
    with pytest.raises(CommandError, match="旧的"):
        call_command("signal_catalogue", check=True)
    call_command("signal_catalogue")
    call_command("signal_catalogue", check=True)
    signal_catalogue.PAGE.write_text("another", encoding="utf-8")
    with pytest.raises(CommandError, match="旧的"):
        call_command("signal_catalogue", check=True)


def test_each_signal_has_one_section():
    page = signal_catalogue.PAGE.read_text(encoding="utf-8")
    for one in catalogue.definitions():
        assert page.count(f"### `{one.code}`\n") == 1


def test_a_family_nobody_defined_is_told(monkeypatch):
    monkeypatch.setitem(catalogue.OF_OFFERS, "unheard_of", dict)
    with pytest.raises(LookupError, match="unheard_of"):
        catalogue.definitions()
