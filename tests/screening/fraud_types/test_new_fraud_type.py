"""A new fraud type is one folder: no migration, and no list elsewhere."""

import io
import shutil

import pytest
from django.core.management import call_command

from screening import engine, fraud_types
from screening.fraud_types import FraudType, advice, list_fraud_type_choices
from screening.rules import fraud_rules
from tests.answers import read_body

RULES = """\
label = "代抢演唱会票"
group = "job_scam"
position = 999

[rules.queue]
weight = 80
reason = "代抢票要先交保证金，票和钱都回不来。"
all = ["抢票员 代抢票", "保证金 诚意金"]
"""
ADVICE = 'signs = ["抢到票之前先要钱。", "票价低得出奇。"]'
EXAMPLES = '[queue]\nfinds = ["招代抢票，先交保证金"]\nleaves = ["招抢票员，工资日结"]'


@pytest.fixture
def new_type(tmp_path, monkeypatch):
    folder = tmp_path / "fraud_types"
    shutil.copytree(fraud_types.FOLDER, folder)
    (folder / "ticket_rush").mkdir()
    for name, written in (("rules", RULES), ("advice", ADVICE), ("examples", EXAMPLES)):
        (folder / "ticket_rush" / f"{name}.toml").write_text(written, encoding="utf-8")
    caches = (
        fraud_types._load_entries,
        fraud_rules.load_fraud_rules,
        fraud_rules.list_stop_codes,
        advice.get_advice,
    )
    for module in (fraud_types, fraud_rules, advice):
        monkeypatch.setattr(module, "FOLDER", folder)
    for cached in caches:
        cached.cache_clear()
    yield FraudType("ticket_rush")
    monkeypatch.undo()
    for cached in caches:
        cached.cache_clear()


def test_it_is_found_named_advised_on_and_offered_in_forms(new_type):
    assessment = engine.assess_offer("招代抢票，先交保证金三百，抢到一张给五十")
    assert "rule.ticket_rush.queue" in {signal.code for signal in assessment.signals}
    assert new_type in (assessment.fraud_type, assessment.second_type)
    assert new_type.label == "代抢演唱会票"
    assert ("ticket_rush", "代抢演唱会票") in list_fraud_type_choices()
    assert advice.get_advice(new_type).signs[0] == "抢到票之前先要钱。"
    assert advice.get_advice(new_type).calls == advice.get_advice("").calls


@pytest.mark.django_db
def test_it_has_its_page_and_needs_no_migration(new_type, client):
    assert "代抢演唱会票" in read_body(client.get("/alerts/ticket_rush/"))
    assert "代抢演唱会票" in read_body(client.get("/alerts/"))
    assert client.get("/sitemap.xml").status_code == 200
    call_command("makemigrations", check=True, dry_run=True, stdout=io.StringIO())
