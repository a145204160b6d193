"""`manage.py signal_catalogue` and the page it writes."""

import pytest
from django.core.management import CommandError, call_command

from screening import catalogue, catalogue_page
from screening.management.commands import signal_catalogue


@pytest.fixture
def page_file(tmp_path, monkeypatch):
    monkeypatch.setattr(signal_catalogue, "PAGE", tmp_path / "signals.md")
    return signal_catalogue.PAGE


def test_the_page_is_written_on_demand(page_file, capsys):
    call_command("signal_catalogue")
    assert page_file.read_text(encoding="utf-8") == catalogue_page.page()
    assert "signals.md" in capsys.readouterr().out


def test_a_stale_page_is_told_and_written_anew(page_file):
    with pytest.raises(CommandError, match="旧的"):
        call_command("signal_catalogue", check=True)
    call_command("signal_catalogue")
    call_command("signal_catalogue", check=True)
    page_file.write_text("another", encoding="utf-8")
    with pytest.raises(CommandError, match="旧的"):
        call_command("signal_catalogue", check=True)


def test_each_signal_has_one_section():
    page = catalogue_page.page()
    for definition in catalogue.definitions():
        assert page.count(f"### `{definition.code}`\n") == 1


def test_a_family_nobody_defined_is_told(monkeypatch):
    monkeypatch.setitem(catalogue.OF_OFFERS, "unheard_of", dict)
    with pytest.raises(LookupError, match="unheard_of"):
        catalogue.definitions()
