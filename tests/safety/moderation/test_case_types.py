"""The interface of a kind of case: the four keep it, and a fifth needs nothing but itself."""

import sys
from types import ModuleType

import pytest
from django.db import connection
from django.db.models import IntegerField, Value
from django.urls import include, path, reverse

from jobsite import urls as site_urls
from safety import desk_urls
from safety.case_pages.case_urls import build_case_urls
from safety.case_pages.employer_cases import list_employer_cases
from safety.choices import CaseKind
from safety.models import CannedReason, Decision
from safety.moderation import decisions
from safety.moderation.case_type import CaseAction, CaseType
from safety.moderation.claims import get_claim
from safety.moderation.decisions import DecisionRefused, DecisionResult
from safety.moderation.desk_layout import build_navigation
from tests.people import sign_in
from tests.safety.desks import make_moderator_user

TEMPLATES = {
    "drafts.html": '{% extends "safety/moderation/base.html" %}'
    "{% block desk %}{% for row in rows %}[{{ row.label }}]{% endfor %}{% endblock %}",
    "draft.html": '{% extends "safety/moderation/_decide.html" %}'
    "{% block case_text %}{{ draft.text }}{% endblock %}",
}


class DraftCase(CaseType[CannedReason]):
    """Canned reasons that somebody drafted: those without an action wait."""

    kind = "draft"
    model = CannedReason
    queue_name = "drafts"
    queue_label = queue_title = "草稿"
    not_found = "没有这份草稿。"
    changed = "草稿刚刚有了变化。"
    actions = {
        "use": CaseAction("采用", "已采用", "a"),
        "drop": CaseAction("不采用", needs_reason=True, is_final=True),
    }

    def build_region_expression(self):
        return Value(None, IntegerField())

    def find_many(self, numbers):
        return CannedReason.objects.in_bulk(numbers)

    filter_fields = ()
    since_field = "pk"

    def list_cases(self, filters):
        return CannedReason.objects.filter(action="").order_by("pk")

    def attach_queue_display(self, rows, moderator):
        return rows

    def describe_case(self, row):
        return row.label

    def build_context(self, row):
        return {"draft": row}

    def list_actions(self, row, moderator):
        return () if row.action else ("use", "drop")

    def hash_state(self, row):
        return row.action or "open"

    def collect_reason_facts(self, row):
        return {"title": row.label}

    def carry_out(self, pk, action, moderator, reason, *, seen="", **_more):
        row = self.get_locked(CannedReason.objects.all(), pk)
        self.require_seen(seen, row)
        CannedReason.objects.filter(pk=pk).update(action=action)
        return DecisionResult(pk)

    def undo(self, decision, moderator):
        CannedReason.objects.filter(pk=decision.number).update(action="")


@pytest.fixture
def planted(monkeypatch, settings, tmp_path):
    case_type = DraftCase()
    monkeypatch.setattr(
        decisions, "CASE_TYPES", {**decisions.CASE_TYPES, case_type.kind: case_type}
    )
    folder = tmp_path / "safety" / "casework"
    folder.mkdir(parents=True)
    for name, text in TEMPLATES.items():
        (folder / name).write_text(text)
    settings.TEMPLATES = [{**t, "DIRS": [tmp_path, *t["DIRS"]]} for t in settings.TEMPLATES]
    urls = ModuleType("planted_urls")
    desk = [*desk_urls.urlpatterns, *build_case_urls(case_type)]
    urls.urlpatterns = [path("admin/desk/", include((desk, "desk"))), *site_urls.urlpatterns]
    monkeypatch.setitem(sys.modules, urls.__name__, urls)
    settings.ROOT_URLCONF = urls.__name__
    return case_type


@pytest.fixture
def mod(client, db):
    user = make_moderator_user()
    sign_in(client, user)
    return user


@pytest.fixture
def drafts(planted, db):
    return [
        CannedReason.objects.create(code=code, kind="draft", label=label, text=f"{label}的话")
        for code, label in (("first", "第一份"), ("second", "第二份"))
    ]


def read_body(answer):
    return answer.content.decode()


def test_a_fifth_kind_has_its_queue_and_its_count_in_the_navigation(client, mod, drafts):
    page = read_body(client.get(reverse("desk:drafts")))
    assert "[第一份][第二份]" in page
    assert '草稿 <b>2</b><span class="visually-hidden"> 件待审' in page


def test_a_fifth_kind_is_claimed_decided_and_undone(client, mod, drafts):
    first, second = drafts
    assert client.post(reverse("desk:drafts_next")).url == reverse("desk:draft", args=[first.pk])
    assert get_claim("draft", first.pk).moderator == mod
    page = read_body(client.get(reverse("desk:draft", args=[first.pk])))
    assert "第一份的话" in page and 'data-key="a"' in page and "不采用…" in page
    data = {"action": "use", "seen": "open"}
    answer = client.post(reverse("desk:draft_decide", args=[first.pk]), data)
    assert answer.url == reverse("desk:draft", args=[second.pk])
    assert "已采用「第一份」" in read_body(client.get(answer.url))
    decisions.undo_decision(Decision.objects.get().pk, mod)
    first.refresh_from_db()
    assert first.action == ""
    client.post(reverse("desk:draft_release", args=[second.pk]))
    assert get_claim("draft", second.pk) is None


def test_a_fifth_kind_is_asked_twice_and_not_decided_unseen(client, mod, drafts):
    address = reverse("desk:draft_decide", args=[drafts[0].pk])
    data = {"action": "drop", "reason": "太长", "seen": "open"}
    assert "再确认一次" in read_body(client.post(address, data))
    answer = client.post(address, data | {"seen": "use", "confirm": "1", "sure": "on"})
    assert answer.status_code == 409 and "草稿刚刚有了变化" in read_body(answer)
    answer = client.post(address, data | {"confirm": "1", "sure": "on"})
    assert answer.url == reverse("desk:draft", args=[drafts[1].pk])


def test_a_number_that_is_no_case_is_not_found(client, mod, planted):
    for name in ("draft", "listing", "employer", "report", "appeal"):
        assert client.get(reverse(f"desk:{name}", args=[10**9])).status_code == 404
        case_type = decisions.CASE_TYPES[name]
        with pytest.raises(DecisionRefused, match=case_type.not_found):
            case_type.carry_out(10**9, next(iter(case_type.actions)), mod, "原因")


def test_a_kind_that_leaves_a_part_out_can_not_be_made():
    with pytest.raises(TypeError, match="carry_out"):
        type("Half", (DraftCase,), {"carry_out": CaseType.carry_out})()


def test_the_kinds_stand_in_the_order_of_the_navigation():
    assert list(decisions.CASE_TYPES) == CaseKind.values


@pytest.mark.parametrize("kind", CaseKind.values)
def test_each_kind_has_words_for_all_it_decides(kind):
    case_type = decisions.CASE_TYPES[kind]
    for action in case_type.actions.values():
        assert action.label
        assert action.is_final or action.done != CaseAction._field_defaults["done"]
        # A key never ends anything: it leads to the page that confirms.
        leads_to_reason = action.suggests_reason or not case_type.does_harm
        assert not (action.key and action.is_final) or leads_to_reason
    for name in ("queue_name", "queue_label", "queue_title", "not_found", "changed"):
        assert getattr(case_type, name)


@pytest.mark.django_db
def test_what_the_desk_counts_is_planned_with_its_values(mod, employer):
    """By one plan for all values no index of waiting rows is used: 650 ms at a million listings."""
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
        for _time in range(4):
            build_navigation(mod)
            list_employer_cases(employer, mod, "listing", 1)
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        assert cursor.fetchall() == []
