import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Employer, EmployerEvent
from accounts.models import EmployerStatus as S
from news.models import Article, ArticleEvent
from sitekit.workflow.refusals import MoveRefused
from sitekit.workflow.state_machine import StateMachine, build_reason_requests
from tests.articles import make_article
from tests.people import make_person

pytestmark = pytest.mark.django_db


class EmployerNotMoved(MoveRefused):
    """To see that a machine raises the exception of its app."""


def build_employer_machine(**changes):
    return StateMachine(
        **{
            "model": Employer,
            "event_model": EmployerEvent,
            "moves": {S.VERIFIED: {S.FROZEN, S.BANNED}, S.FROZEN: {S.VERIFIED}, S.BANNED: set()},
            "refusal": EmployerNotMoved,
            "describe_refusal": lambda employer, to: f"{employer.status}→{to}",
            "needs_reason": build_reason_requests([S.FROZEN]),
            "never_undone": {S.BANNED: "列入黑名单不能撤销。"},
        }
        | changes
    )


MACHINE = build_employer_machine()


def move_to(employer, to, reason="核实过"):
    row = MACHINE.lock(employer.pk)
    before, row.status = row.status, to
    row.save(update_fields=["status"])
    return MACHINE.record_event(row, before, actor=None, action=to, reason=reason)


def save_status(row, event):
    row.save(update_fields=["status"])


def test_a_row_is_locked_without_what_is_read_along_with_it(employer):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert build_employer_machine(select_related=["region"]).lock(employer.pk) == employer
    (sql,) = [query["sql"] for query in queries]
    assert 'JOIN "cities_region"' in sql
    assert sql.endswith('FOR UPDATE OF "accounts_employer"')


def test_a_row_that_is_gone_cannot_be_locked():
    with pytest.raises(Employer.DoesNotExist):
        MACHINE.lock(10**6)


def test_only_named_moves_are_allowed(employer):
    MACHINE.require_move(employer, S.FROZEN)
    with pytest.raises(EmployerNotMoved, match="verified→pending"):
        MACHINE.require_move(employer, S.PENDING)


@pytest.mark.parametrize("reason", ["", " \n"])
def test_some_moves_need_a_reason(reason):
    with pytest.raises(EmployerNotMoved, match=r"^「已冻结」要写明原因。$"):
        MACHINE.require_reason(S.FROZEN, reason)
    MACHINE.require_reason(S.FROZEN, "核实过")
    MACHINE.require_reason(S.VERIFIED, reason)


def test_an_event_says_who_did_what_and_why(employer):
    moderator = make_person("moderator", is_staff=True)
    event = MACHINE.record_event(
        employer, S.FROZEN, actor=moderator, action="verified", reason="说清楚了"
    )
    event.refresh_from_db()
    assert event.employer == employer
    assert (event.actor, event.action, event.reason) == (moderator, "verified", "说清楚了")
    assert (event.before, event.after) == (S.FROZEN, S.VERIFIED)


def test_a_reason_is_cut_to_its_column(employer):
    assert move_to(employer, S.FROZEN, "字" * 201).reason == "字" * 200


def test_an_event_may_name_its_columns_otherwise():
    machine = StateMachine(
        model=Article,
        event_model=ArticleEvent,
        moves={},
        refusal=MoveRefused,
        describe_refusal="{}→{}".format,
        event_fields={"actor": "who", "action": "what", "reason": "why"},
    )
    editor = make_person("editor", is_staff=True)
    article = make_article()
    event = machine.record_event(
        article, "published", actor=editor, action="edit", reason="错字" * 101
    )
    assert (event.who, event.what, event.why) == (editor, "edit", "错字" * 100)


def test_undoing_brings_back_the_status_and_writes_an_event(employer):
    moderator = make_person("moderator", is_staff=True)
    event = move_to(employer, S.FROZEN)

    def restore(row, undone):
        assert (row.status, undone) == (S.VERIFIED, event)
        row.name = "原来的名字"
        row.save(update_fields=["status", "name"])

    undoing = MACHINE.undo_last_event(event.pk, moderator, restore)
    assert (undoing.actor, undoing.action, undoing.reason) == (moderator, "undo", "")
    assert (undoing.before, undoing.after) == (S.FROZEN, S.VERIFIED)
    employer.refresh_from_db()
    assert (employer.status, employer.name) == (S.VERIFIED, "原来的名字")
    assert undoing.employer == employer


def test_an_app_says_how_an_undoing_is_marked(employer):
    event = move_to(employer, S.FROZEN)
    machine = build_employer_machine(undo_marks={"reason": "撤销"})
    undoing = machine.undo_last_event(event.pk, None, save_status)
    assert (undoing.action, undoing.reason) == ("", "撤销")


def test_what_happened_since_is_not_overrun(employer):
    event = move_to(employer, S.FROZEN)
    move_to(employer, S.VERIFIED)
    with pytest.raises(EmployerNotMoved, match=r"^这之后又有别的处理，不能撤销了。$"):
        MACHINE.undo_last_event(event.pk, None, save_status)
    employer.refresh_from_db()
    assert employer.status == S.VERIFIED


def test_events_of_another_row_do_not_count(employer):
    event = move_to(employer, S.FROZEN)
    other = Employer.objects.create(name="别家", region_id=employer.region_id, kind=employer.kind)
    MACHINE.record_event(other, S.UNVERIFIED, actor=None, action="edit")
    MACHINE.undo_last_event(event.pk, None, save_status)
    employer.refresh_from_db()
    assert employer.status == S.VERIFIED


def test_the_first_event_of_a_row_has_nothing_before_it(employer):
    event = MACHINE.record_event(employer, "", actor=None, action="register")
    with pytest.raises(EmployerNotMoved, match="不能撤销了"):
        MACHINE.undo_last_event(event.pk, None, save_status)


def test_some_moves_are_never_undone(employer):
    event = move_to(employer, S.BANNED)
    move_to(employer, S.PENDING)
    with pytest.raises(EmployerNotMoved, match=r"^列入黑名单不能撤销。$"):
        MACHINE.undo_last_event(event.pk, None, save_status)


def test_if_the_restoring_fails_nothing_is_undone(employer):
    event = move_to(employer, S.FROZEN)

    def fail(row, undone):
        row.save()
        raise EmployerNotMoved("放不回去。")

    with pytest.raises(EmployerNotMoved, match="放不回去"):
        MACHINE.undo_last_event(event.pk, None, fail)
    employer.refresh_from_db()
    assert employer.status == S.FROZEN
    assert employer.events.order_by("-pk").first() == event
