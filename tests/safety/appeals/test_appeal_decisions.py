"""Deciding an appeal: by somebody else, with what it takes back in the same transaction."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.employers.transitions import EmployerMoveRefused
from accounts.inbox.notices import list_visible_notices
from accounts.models import Notice
from listings.models import Listing, ListingRevision, ListingSearch
from listings.publication.employer_status import move_employer_with_listings
from listings.publication.transitions import (
    move_listing,
    refuse_listing_edit,
    restore_listing,
    submit_revision,
)
from safety.appeals.transitions import decide_appeal, undo_appeal_event
from safety.case_queues.moderators import list_moderators
from safety.casework.appeal_case import AppealCase, list_appeal_obstacles
from safety.models import Appeal, AppealEvent
from safety.moderation.permissions import ensure_moderator_group
from sitekit.workflow.refusals import MoveRefused
from tests.at_once import at_once
from tests.clock import advance_clock
from tests.conftest import build_listing_fields, build_listing_publisher, tea_shop
from tests.people import make_person, sign_in
from tests.safety.appealing import (
    employer_at,
    make_appeal,
    make_superuser,
    move_listing_to_status,
    refuse_edit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def first():
    return make_superuser("first-moderator")


@pytest.fixture
def second():
    return make_superuser("second-moderator")


@pytest.fixture
def listing(publish):
    return publish(title="周末传单派发")


def reload_row(thing):
    return type(thing).objects.get(pk=thing.pk)


def is_found(listing):
    return ListingSearch.objects.filter(pk=listing.pk).exists()


@pytest.mark.parametrize("status", ["rejected", "held", "removed", "removed_fraud"])
def test_upheld_puts_the_listing_back_into_the_public(
    client, owner, listing, first, second, status
):
    move_listing_to_status(listing, status, first)
    assert not is_found(listing)
    row = make_appeal(listing, owner)
    event = decide_appeal(row.pk, "upheld", second, "核实过，没有收钱")
    back = reload_row(listing)
    assert (back.status, back.fraud_type) == ("published", "") and is_found(listing)
    assert (event.before, event.after, event.actor) == ("open", "upheld", second)
    row.refresh_from_db()
    assert (row.status, row.outcome) == ("upheld", "核实过，没有收钱") and row.decided_at
    last = listing.events.order_by("-pk").first()
    assert (last.before, last.after, last.actor) == (status, "published", second)
    assert "申诉成立" in last.reason
    assert client.get(listing.get_absolute_url()).status_code == 200
    if status == "rejected":
        assert back.title == "改好的标题", "the text that was refused is the one that is shown"
        assert listing.revisions.order_by("-pk").first().status == "approved"


def test_upheld_makes_the_refused_edit_what_is_shown(client, owner, listing, first, second):
    refuse_edit(listing, first)
    row = make_appeal(listing, owner)
    decide_appeal(row.pk, "upheld", second, "不是收费")
    back = reload_row(listing)
    assert (back.status, back.title) == ("published", "改过的标题")
    assert listing.revisions.order_by("-pk").first().status == "approved"
    assert "改过的标题" in client.get(listing.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("before", "after"), [("rejected", "pending"), ("banned", "pending"), ("frozen", "verified")]
)
def test_upheld_takes_the_employer_back(owner, listing, first, second, before, after):
    employer = listing.employer
    employer_at(employer, before, first)
    assert not is_found(listing)
    decide_appeal(make_appeal(employer, owner).pk, "upheld", second, "材料没有问题")
    assert reload_row(employer).status == after
    assert is_found(listing) == (after == "verified")
    last = employer.events.order_by("-pk").first()
    assert (last.before, last.after, last.actor) == (before, after, second)


def test_dismissed_leaves_everything_as_it_is(owner, listing, first, second):
    move_listing_to_status(listing, "removed", first)
    row = make_appeal(listing, owner)
    events = listing.events.count()
    decide_appeal(row.pk, "dismissed", second, "聊天记录里写着押金")
    assert reload_row(listing).status == "removed" and listing.events.count() == events
    assert reload_row(row).status == "dismissed"


def test_a_text_nobody_has_read_does_not_come_in_with_it(owner, listing, first, second):
    submit_revision(listing, ListingRevision(**build_listing_fields(title="还没有人看过")))
    move_listing(listing.pk, "held", first, "核查")
    decide_appeal(make_appeal(reload_row(listing), owner).pk, "upheld", second, "没有问题")
    back = reload_row(listing)
    assert (back.status, back.title) == ("published", "周末传单派发")
    assert listing.revisions.order_by("-pk").first().status == "waiting"


@pytest.mark.parametrize("what", ["rejected", "edit"])
def test_another_text_refused_since_does_not_come_in_with_it(owner, listing, first, second, what):
    """Else a harmless text is appealed for, and what a program refused meanwhile is published."""
    refuse_edit(listing, first) if what == "edit" else move_listing_to_status(listing, what, first)
    row = make_appeal(reload_row(listing), owner)
    shown = AppealCase().hash_state(reload_row(row))
    assert not list_appeal_obstacles(reload_row(row))
    if what == "rejected":
        Listing.objects.filter(pk=listing.pk).update(status="pending")
    submit_revision(listing, ListingRevision(**build_listing_fields(title="先垫付，返本金")))
    (refuse_listing_edit if what == "edit" else refuse_new_text)(listing.pk, None, "程序没有通过")
    with pytest.raises(MoveRefused, match="不一样了"):
        decide_appeal(row.pk, "upheld", second, "没有收钱")
    assert reload_row(listing).title == "周末传单派发" and reload_row(row).status == "open"
    assert AppealCase().hash_state(reload_row(row)) != shown
    assert list_appeal_obstacles(reload_row(row))
    decide_appeal(row.pk, "dismissed", second, "后来交的是另一版")


def refuse_new_text(listing_id, actor, reason):
    move_listing(listing_id, "rejected", actor, reason)


@pytest.mark.parametrize("to", ["upheld", "dismissed"])
def test_who_decided_does_not_decide_the_appeal(owner, listing, first, second, to):
    move_listing_to_status(listing, "held", first)
    row = make_appeal(listing, owner)
    with pytest.raises(MoveRefused, match="另一位审核员"):
        decide_appeal(row.pk, to, first, "我说了算")
    assert reload_row(row).status == "open" and reload_row(listing).status == "held"
    decide_appeal(row.pk, to, second, "另一个人看过")


def test_an_admin_who_is_alone_may(owner, listing, first):
    move_listing_to_status(listing, "held", first)
    row = make_appeal(listing, owner)
    assert list(list_moderators()) == [first]
    decide_appeal(row.pk, "upheld", first, "只有我一个人")
    assert reload_row(row).status == "upheld"


def test_a_moderator_who_is_alone_may_not(owner, listing):
    only = make_person("only", is_staff=True)
    only.groups.add(ensure_moderator_group())
    move_listing_to_status(listing, "held", only)
    with pytest.raises(MoveRefused, match="另一位审核员"):
        decide_appeal(make_appeal(listing, owner).pk, "upheld", only, "我说了算")


@pytest.mark.parametrize("name", ["seeker", "staff without the right"])
def test_who_is_no_moderator_decides_nothing(owner, listing, first, name):
    move_listing_to_status(listing, "held", first)
    somebody = make_person(name.replace(" ", "-"), is_staff=name != "seeker")
    with pytest.raises(MoveRefused):
        decide_appeal(make_appeal(listing, owner).pk, "dismissed", somebody, "不行")


@pytest.mark.parametrize(
    ("to", "words"), [("upheld", " "), ("dismissed", ""), ("open", "因为"), ("nonsense", "因为")]
)
def test_an_outcome_is_one_of_two_and_needs_words(owner, listing, first, second, to, words):
    move_listing_to_status(listing, "held", first)
    row = make_appeal(listing, owner)
    with pytest.raises(MoveRefused, match="写明"):
        decide_appeal(row.pk, to, second, words)
    assert reload_row(row).status == "open"


@pytest.mark.parametrize("again", ["upheld", "dismissed"])
def test_it_is_decided_once(owner, listing, first, second, again):
    move_listing_to_status(listing, "held", first)
    row = make_appeal(listing, owner)
    decide_appeal(row.pk, "dismissed", second, "证据不够")
    with pytest.raises(MoveRefused, match="处理过了"):
        decide_appeal(row.pk, again, second, "再来一次")
    assert AppealEvent.objects.filter(appeal=row).count() == 2


@pytest.mark.parametrize("status", ["rejected", "held", "removed", "removed_fraud"])
def test_what_has_expired_meanwhile_comes_back_as_expired(owner, listing, first, second, status):
    """Whoever is right is told so, and renews it or not."""
    move_listing_to_status(listing, status, first)
    row = make_appeal(listing, owner)
    past = timezone.localdate() - timedelta(days=1)
    Listing.objects.filter(pk=listing.pk).update(valid_through=past)
    ListingRevision.objects.filter(listing=listing).update(valid_through=past)
    decide_appeal(row.pk, "upheld", second, "没有收钱")
    assert reload_row(row).status == "upheld" and reload_row(listing).status == "published"
    notice = Notice.objects.get(user=owner, title__startswith="申诉有结果了")
    assert "这条兼职现在的状态：已过期" in notice.text and not Listing.objects.live().exists()


def test_a_decision_that_ended_meanwhile_is_not_called_kept(client, owner, listing, first, second):
    """A hold that a moderator ended stands no more, whatever becomes of the appeal against it."""
    move_listing_to_status(listing, "held", first)
    row = make_appeal(listing, owner)
    address = f"/appeal/{row.pk}/"
    desk = sign_in(client, owner)
    restore_listing(listing.pk, second, "核实过，没有收钱")
    waiting = desk.get(address).content.decode()
    assert "申诉以后情况变了" in waiting and "再申诉" not in waiting
    decide_appeal(row.pk, "dismissed", second, "已经恢复公开")
    notice = Notice.objects.get(user=owner, key__startswith="appeal-")
    assert "维持" not in notice.title and "申诉以后情况变了" in notice.title
    assert "已经恢复公开" in notice.text and notice.address == address
    page = desk.get(address).content.decode()
    assert "<h1>申诉以后情况变了" in page and "维持" not in page
    by_code = client.post("/report/status/", {"code": row.display_ticket}).content.decode()
    assert "申诉以后情况变了" in by_code and "维持" not in by_code


def test_whoever_appealed_against_a_hold_is_led_to_the_removal_since(
    client, owner, listing, first, second
):
    move_listing_to_status(listing, "held", first)
    row = make_appeal(listing, owner)
    move_listing(listing.pk, "removed_fraud", first, "查实了", "upfront_fee")
    desk = sign_in(client, owner)
    form = f"/appeal/listing/{listing.pk}/"
    waiting = desk.get(form, follow=True).content.decode()
    assert "对「涉诈下架」有异议的，等这份有了结果" in waiting and f'href="{form}"' not in waiting
    decide_appeal(row.pk, "dismissed", second, "已经按涉诈处理")
    assert f'href="{form}"' in desk.get(f"/appeal/{row.pk}/").content.decode()
    again = make_appeal(reload_row(listing), owner)
    assert again.against == "removed_fraud"
    assert f'href="{form}"' not in desk.get(f"/appeal/{row.pk}/").content.decode()
    decide_appeal(again.pk, "dismissed", second, "查实了")
    page = desk.get(f"/appeal/{again.pk}/").content.decode()
    assert "<h1>维持原来的决定" in page and f'href="{form}"' not in page


def test_the_notice_of_an_upheld_appeal_leads_to_its_outcome(client, owner, listing, first, second):
    move_listing_to_status(listing, "removed", first)
    row = make_appeal(listing, owner)
    decide_appeal(row.pk, "upheld", second, "核实过，没有收钱")
    notice = Notice.objects.get(user=owner)
    page = sign_in(client, owner).get(notice.address).content.decode()
    assert "支持申诉" in page and "核实过，没有收钱" in page


def test_what_has_changed_meanwhile_is_not_taken_back(owner, listing, first, second):
    move_listing_to_status(listing, "held", first)
    row = make_appeal(listing, owner)
    move_listing(listing.pk, "removed", first, "查实了")
    with pytest.raises(MoveRefused, match="不一样了"):
        decide_appeal(row.pk, "upheld", second, "没有收钱")
    assert reload_row(listing).status == "removed" and reload_row(row).status == "open"


def test_a_listing_of_an_employer_that_may_not_post_comes_back_unseen(
    owner, employer, listing, first, second
):
    move_listing_to_status(listing, "held", first)
    row = make_appeal(listing, owner)
    move_employer_with_listings(employer.pk, "frozen", first, "核实")
    decide_appeal(row.pk, "upheld", second, "没有收钱")
    assert reload_row(listing).status == "published" and not is_found(listing)
    notice = Notice.objects.get(user=owner, title__startswith="申诉有结果了")
    assert "这条兼职现在的状态：单位被冻结，暂不公开。" in notice.text


def test_the_people_and_who_decided_before_are_told_a_minute_later(
    owner, employer, listing, first, second, monkeypatch
):
    colleague = make_person("colleague")
    employer.memberships.create(user=colleague)
    move_listing_to_status(listing, "held", first)
    row = make_appeal(listing, owner)
    decide_appeal(row.pk, "upheld", second, "核实过，没有收钱")
    for user in (owner, colleague, first):
        assert not list_visible_notices(user).exists()
    advance_clock(monkeypatch, timedelta(seconds=66))
    for user in (owner, colleague, first):
        notice = list_visible_notices(user).get()
        assert "支持" in notice.title and "核实过，没有收钱" in notice.text
    assert not list_visible_notices(second).exists()


def test_a_dismissal_that_is_undone_is_never_told(owner, listing, first, second, monkeypatch):
    move_listing_to_status(listing, "held", first)
    row = make_appeal(listing, owner)
    event = decide_appeal(row.pk, "dismissed", second, "看错了")
    undo_appeal_event(event.pk, second)
    assert (reload_row(row).status, reload_row(row).outcome) == ("open", "")
    advance_clock(monkeypatch, timedelta(minutes=5))
    assert not Notice.objects.exists()
    decide_appeal(row.pk, "upheld", second, "重新看过")
    with pytest.raises(MoveRefused):
        undo_appeal_event(event.pk, second)


def test_a_dismissal_before_another_appeal_is_not_undone(owner, listing, first, second):
    move_listing_to_status(listing, "held", first)
    row = make_appeal(listing, owner)
    move_listing(listing.pk, "removed", first, "又查到别的")
    event = decide_appeal(row.pk, "dismissed", second, "已经下架")
    make_appeal(reload_row(listing), owner)
    with pytest.raises(MoveRefused, match="又申诉了"):
        undo_appeal_event(event.pk, second)
    assert reload_row(row).status == "dismissed"


def test_what_was_upheld_is_not_undone(owner, listing, first, second):
    move_listing_to_status(listing, "removed_fraud", first)
    event = decide_appeal(make_appeal(listing, owner).pk, "upheld", second, "没有收钱")
    with pytest.raises(MoveRefused, match="不能撤销"):
        undo_appeal_event(event.pk, second)
    assert reload_row(listing).status == "published"


def test_earlier_reports_do_not_hold_again_what_an_appeal_brought_back(
    owner, listing, first, second
):
    from safety.reports.submission import submit_report

    for mark in ("a", "b"):
        submit_report(listing=listing, reason="asked_fee", marks=[mark])
    assert reload_row(listing).status == "held"
    decide_appeal(make_appeal(reload_row(listing), owner).pk, "upheld", second, "没有收钱")
    submit_report(listing=listing, reason="asked_fee", marks=["c"])
    assert reload_row(listing).status == "published"


def test_overdue_is_what_is_open_and_late(owner, listing, first, second, monkeypatch):
    move_listing_to_status(listing, "held", first)
    row = make_appeal(listing, owner)
    assert not reload_row(row).is_late
    advance_clock(monkeypatch, timedelta(days=3, minutes=1))
    assert reload_row(row).is_late
    decide_appeal(row.pk, "dismissed", second, "证据不够")
    assert not reload_row(row).is_late


def test_moves_that_glossary_does_not_name_stay_refused(owner, employer, first, second):
    employer_at(employer, "banned", first)
    row = make_appeal(employer, owner)
    Appeal.objects.filter(pk=row.pk).update(against="rejected")
    with pytest.raises((MoveRefused, EmployerMoveRefused)):
        decide_appeal(row.pk, "upheld", second, "没有问题")
    assert reload_row(employer).status == "banned"


def test_decided_by_two_at_the_same_moment_one_decides(committed):
    shop, owner = tea_shop(), make_person("owner")
    shop.memberships.create(user=owner, role="owner")
    listing = build_listing_publisher(shop)()
    move_listing(listing.pk, "held", None, "核查")
    row = make_appeal(listing, owner)
    first, second = make_superuser("first"), make_superuser("second")
    answers = at_once(
        lambda: decide_appeal(row.pk, "upheld", first, "看过了"),
        lambda: decide_appeal(row.pk, "dismissed", second, "看过了"),
    )
    decided = [event.after for event in answers if isinstance(event, AppealEvent)]
    assert sum(isinstance(answer, MoveRefused) for answer in answers) == 1
    assert decided == [reload_row(row).status]
    assert reload_row(listing).status == ("published" if decided == ["upheld"] else "held")
    assert AppealEvent.objects.filter(appeal=row).count() == 2
