"""`manage.py screen` says of a text what the gate before publication says of it."""

import io
import json
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from listings.models import ListingRevision
from listings.publication import gate
from screening.contacts import known_contacts
from screening.contacts.extraction import parse_contact_field
from screening.models import PayNorm
from tests.conftest import build_listing_fields

pytestmark = pytest.mark.django_db
OFFERS = {
    "plain": {},
    "fee": {"duties": "上岗前交服装费 200 元，干满一个月退。"},
    "contact": {"duties": "有意加薇信 abc12345 详聊。"},
    "discrimination": {"requirements": "限女生，18-35 岁。"},
    "scheme": {"title": "手机兼职 日赚 500", "duties": "动动手指，先垫付再返佣金，加群领任务。"},
    "known contact": {"contact_phone": "13800138000"},
    "high pay": {"pay_min": 3000, "pay_max": 5000, "pay_unit": "hour"},
}


@pytest.mark.parametrize("name", OFFERS)
def test_the_command_and_the_gate_say_the_same(employer, monkeypatch, capsys, name):
    known_contacts.learn_contacts(
        [parse_contact_field("phone", "13800138000")], "money_mule", source=7
    )
    PayNorm.objects.create(unit="hour", count=40, low=12, median=20, high=40)
    fields = ListingRevision(**build_listing_fields(**OFFERS[name]))
    fields.clean_fields(exclude=["listing"])
    verdict = gate.judge_publication(fields, employer)
    text, context = gate.ScreenedText(fields), gate.build_screening_context(fields)
    line = {
        "id": name,
        "text": text.whole,
        "context": {
            "category": context.category,
            "tier": context.tier,
            "pay_min": str(context.pay_min or ""),
            "pay_max": str(context.pay_max or ""),
            "pay_unit": context.pay_unit,
            "contacts": list(context.contacts),
        },
    }
    stdin = SimpleNamespace(buffer=io.BytesIO(json.dumps(line).encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    call_command("screen")
    command_answer = json.loads(capsys.readouterr().out)
    assert (command_answer["id"], command_answer["score"], command_answer["level"]) == (
        name,
        verdict.score,
        verdict.level,
    )
    assert command_answer["fraud_type"] == verdict.fraud_type
    assert [s["code"] for s in command_answer["signals"]] == [s["code"] for s in verdict.signals]
    quoted = [text.whole[s["start"] : s["end"]] for s in command_answer["signals"]]
    fields = text.fields | {"": ""}
    assert quoted == [fields[s["field"]][s["start"] : s["end"]] for s in verdict.signals]
    assert bool(command_answer["signals"]) is (name != "plain")
