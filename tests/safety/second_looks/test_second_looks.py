"""A random sample of what was approved is looked at again, by somebody else."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import TextKind
from accounts.models import Notice, PublicText, PublicTextEvent, StaffPost, User
from accounts.public_text.submission import submit_public_text
from accounts.staff.scope import NATIONAL_SCOPE
from listings.models import ListingEvent, ListingRevision
from listings.publication.transitions import move_listing, publish_listing, submit_revision
from safety.dashboard.agreement import measure_agreement
from safety.models import Decision, SecondLook, SecondLookShare
from safety.models.second_looks import DEFAULT_PERCENT
from safety.moderation.decisions import DecisionRefused, make_decision, undo_decision
from safety.second_looks import sampling
from safety.second_looks.sampling import draw_second_looks
from safety.second_looks.second_look_case import SecondLookCase
from tests.conftest import build_listing_fields
from tests.people import make_person, sign_in
from tests.safety.desks import approve_by_another, make_moderator_user, make_pending_listing

pytestmark = pytest.mark.django_db
MAX_QUERIES = 18
QUEUE = "/admin/desk/second_looks/"


@pytest.fixture
def second():
    return make_moderator_user("second")


def set_share(percent):
    SecondLookShare.objects.create(percent=percent)


def run_second_look_draw(percent=100):
    set_share(percent)
    for events in (ListingEvent, PublicTextEvent):
        events.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    return draw_second_looks()


def get_second_looks():
    return dict(SecondLook.objects.values_list("listing", "by_machine"))


def test_approvals_of_people_and_of_the_machine_are_drawn_and_nothing_else(employer, mod, publish):
    before = publish(title="第一次抽之前的")
    assert run_second_look_draw() == 0, "the first run only begins"
    by_person, undone, refused, ready = (
        make_pending_listing(employer, title=f"{n}") for n in range(4)
    )
    make_decision("listing", by_person.pk, "published", mod)
    undo_decision(make_decision("listing", undone.pk, "published", mod).pk, mod)
    make_decision("listing", refused.pk, "rejected", mod, "写得不清楚")
    make_decision("listing", before.pk, "held", mod, "核实一下")
    make_decision("listing", before.pk, "restore", mod)
    owner = make_person("owner")
    publish_listing(ready.pk, None)
    move_listing(ready.pk, "paused", owner)
    publish_listing(ready.pk, owner, with_text=False)
    submit_revision(ready, ListingRevision(**build_listing_fields(title="改过的")))
    make_decision("listing", ready.pk, "approve_edit", mod)
    assert draw_second_looks() == 0, "what may still be undone waits"
    assert run_second_look_draw() == 3
    assert sorted(SecondLook.objects.values_list("listing", "by_machine", "approver")) == sorted(
        [(by_person.pk, False, mod.pk), (ready.pk, True, None), (ready.pk, False, mod.pk)]
    )
    assert run_second_look_draw() == 0, "each event once"


def test_what_commits_after_later_events_is_drawn_too(employer, mod):
    """Its number is lower than those of events that others have committed already."""
    run_second_look_draw()
    for title in ("先交的", "晚交的", "后来的"):
        case = make_pending_listing(employer, title=title)
        make_decision("listing", case.pk, "published", mod)
    early, late, last = ListingEvent.objects.order_by("pk")
    # As others see it while its transaction has not ended.
    ListingEvent.objects.filter(pk=late.pk).delete()
    assert run_second_look_draw() == 1, "what stands behind the gap waits"
    late.save(force_insert=True)
    assert run_second_look_draw() == 2
    assert set(get_second_looks()) == {early.listing_id, late.listing_id, last.listing_id}


def test_what_stands_behind_the_gap_of_a_failed_transaction_waits_an_hour(employer, mod):
    for title in ("以前的", "没有成的", "后来的"):
        case = make_pending_listing(employer, title=title)
        make_decision("listing", case.pk, "published", mod)
        if title == "以前的":
            run_second_look_draw()
    ListingEvent.objects.order_by("pk")[1].delete()
    assert run_second_look_draw() == 0
    ListingEvent.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    assert draw_second_looks() == 1


def test_the_navigation_counts_what_the_moderator_may_look_at(client, employer, mod, second):
    """A number that leads to an empty queue sends somebody there in vain."""
    run_second_look_draw()
    make_decision(
        "listing", make_pending_listing(employer, title="自己通过的").pk, "published", mod
    )
    assert run_second_look_draw() == 1
    for moderator_here, count in ((mod, 0), (second, 1)):
        page = sign_in(client, moderator_here).get(QUEUE)
        counts = {name: number for name, _label, _address, number in page.context["queues"]}
        assert (counts["second_looks"], len(page.context["rows"])) == (count, count)


def test_the_share_is_what_was_set_last_and_the_draw_is_random(employer, mod, monkeypatch):
    run_second_look_draw()
    numbers = iter([4.9, 5.1, 0.0, 99.9])
    monkeypatch.setattr(sampling._RANDOM, "uniform", lambda *_limits: next(numbers))
    SecondLookShare.objects.all().delete()
    assert sampling.get_second_look_percent() == 5
    cases = [make_pending_listing(employer, title=f"{n}") for n in range(4)]
    for case in cases:
        make_decision("listing", case.pk, "published", mod)
    ListingEvent.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    assert draw_second_looks() == 2 and set(get_second_looks()) == {cases[0].pk, cases[2].pk}
    set_share(50)
    set_share(0)
    assert sampling.get_second_look_percent() == 0 and SecondLookShare.objects.count() == 2


def looked_at(client, employer, by, **fields):
    run_second_look_draw()
    case = make_pending_listing(employer, **fields)
    approve_by_another(case)
    make_decision("listing", case.pk, "published", by)
    run_second_look_draw()
    return SecondLook.objects.get(listing=case)


def test_never_whoever_approved_and_the_other_opinion_is_told(client, employer, mod, second):
    look = looked_at(client, employer, mod, title="商场派单")
    assert client.get(QUEUE).context["rows"] == []
    assert client.post(QUEUE + "next/").url == reverse("desk:second_looks")
    page = client.get(reverse("desk:second", args=[look.pk])).content.decode()
    assert "现在没有要决定的" in page
    with pytest.raises(DecisionRefused, match="别人"):
        make_decision("second", look.pk, "agree", mod)

    client.logout()
    sign_in(client, second)
    assert "mod 通过" in client.get(QUEUE).content.decode()
    client.post(reverse("desk:second_take", args=[look.pk]))
    page = client.get(reverse("desk:second", args=[look.pk])).content.decode()
    assert "商场派单" in page and 'data-key="a"' in page and "等着审的这一版" not in page
    with pytest.raises(DecisionRefused, match="原因"):
        make_decision("second", look.pk, "disagree", second)
    decision = make_decision("second", look.pk, "disagree", second, "工资没写清楚")
    assert Notice.objects.get(user=mod).text == "工资没写清楚"
    undo_decision(decision.pk, second)
    assert not Notice.objects.filter(user=mod).exists()
    look.refresh_from_db()
    assert look.verdict == "" and look.looked_at is None
    make_decision("second", look.pk, "agree", second)
    assert not Notice.objects.filter(user=mod).exists(), "nothing to be told of an agreement"
    with pytest.raises(DecisionRefused, match="刚刚有人看过"):
        make_decision("second", look.pk, "disagree", make_moderator_user("third"), "晚了")


def test_not_the_first_of_two_approvers_either(client, employer, mod, second):
    look = looked_at(client, employer, mod, category="data_entry")
    first = look.revision.first_approver
    assert first and first != mod
    with pytest.raises(DecisionRefused, match="别人"):
        make_decision("second", look.pk, "agree", first)
    client.logout()
    sign_in(client, first)
    assert client.get(QUEUE).context["rows"] == []


def test_the_rate_of_agreement_is_shown(client, employer, mod, second):
    looks = [looked_at(client, employer, mod, title=f"{n}") for n in range(4)]
    for look in looks[:3]:
        make_decision("second", look.pk, "agree", second)
    make_decision("second", looks[3].pk, "disagree", second, "没写时间")
    assert [(row.looked_at, row.share) for row in measure_agreement(NATIONAL_SCOPE)] == [
        (4, "75%"),
        (0, "—"),
    ]
    waits = Decision.objects.filter(kind="second").values_list("waited", flat=True)
    assert set(waits) == {None}, "nobody waits for a second look"
    for address in (QUEUE, reverse("desk:dashboard")):
        assert "75%" in client.get(address).content.decode()


def submit_intro(employer, author, words):
    return submit_public_text(TextKind.EMPLOYER_INTRO, employer.pk, {"intro": words}, author)


def test_changed_texts_of_employers_are_drawn_and_looked_at_as_listings_are(
    client, employer, mod, second, owner
):
    run_second_look_draw()
    submit_intro(employer, owner, "开在乾州的茶饮店。")
    by_machine = PublicText.objects.get()
    by_person = submit_intro(employer, owner, "开在乾州，加微信 teashop2 问。")
    assert (by_machine.status, by_person.status) == ("approved", "waiting")
    undo_decision(make_decision("text", by_person.pk, "approved", mod).pk, mod)
    make_decision("text", by_person.pk, "approved", mod)
    refused = submit_intro(employer, owner, "开在乾州，加微信 teashop9 问，招店员。")
    make_decision("text", refused.pk, "refused", mod, "微信写到联系方式里")
    assert run_second_look_draw() == 2 and run_second_look_draw() == 0, "each approval once"
    looks = SecondLook.objects.order_by("text_event").values_list("text", "by_machine", "approver")
    assert list(looks) == [(by_machine.pk, True, None), (by_person.pk, False, mod.pk)]

    look = SecondLook.objects.get(text=by_person)
    page = client.get(QUEUE).content.decode()
    assert "系统发布" in page and "mod 通过" not in page, "not what the moderator let out"
    with pytest.raises(DecisionRefused, match="别人"):
        make_decision("second", look.pk, "agree", mod)
    client.logout()
    sign_in(client, second)
    assert "mod 通过" in client.get(QUEUE).content.decode()
    client.post(reverse("desk:second_take", args=[look.pk]))
    page = client.get(reverse("desk:second", args=[look.pk])).content.decode()
    assert "teashop2" in page and 'data-key="a"' in page and "当时该不该通过" in page
    decision = make_decision("second", look.pk, "disagree", second, "介绍里有微信")
    notice = Notice.objects.get(user=mod)
    assert (notice.text, notice.address) == ("介绍里有微信", f"/admin/desk/texts/{by_person.pk}/")
    undo_decision(decision.pk, second)


def test_nobody_looks_at_words_of_their_own_and_a_moderator_sees_those_of_the_city(
    client, employer, mod, owner, place, django_assert_max_num_queries
):
    second = make_moderator_user("second")
    run_second_look_draw()
    for number, author in enumerate((second, owner, owner, mod)):
        submit_intro(employer, author, f"开在乾州的第 {number} 家茶饮店。")
    assert run_second_look_draw() == 4
    with django_assert_max_num_queries(MAX_QUERIES):
        rows = client.get(QUEUE).context["rows"]
    assert [row.text.author for row in rows] == [second, owner, owner]
    client.post(QUEUE + "filter/", {"region": "合肥"})
    assert client.get(QUEUE).context["rows"] == []
    look, case_type = SecondLook.objects.get(text__author=second), SecondLookCase()
    for city, is_inside in (("xiangxi", True), ("hefei", False)):
        clerk = make_moderator_user(city)
        StaffPost.objects.create(user=clerk, role="moderator", places=[place(city).adcode])
        assert case_type.is_in_scope(look.pk, User.objects.get(pk=clerk.pk)) == is_inside
    assert case_type.get_region_code(look.pk) == employer.region_id
    assert SecondLook.objects.filter(case_type.build_employer_condition(employer)).count() == 4


def test_only_admins_set_the_share_and_every_row_stays(client, mod):
    add = reverse("admin:safety_secondlookshare_add")
    assert client.post(add, {"percent": "7"}).status_code == 403
    client.logout()
    admin = make_person("admin", is_staff=True, is_superuser=True)
    sign_in(client, admin)
    assert f"现在是 {DEFAULT_PERCENT}" in client.get(add).content.decode()
    assert client.post(add, {"percent": "101", "edit_reason": "新人多"}).status_code == 200
    assert client.post(add, {"percent": "7"}).status_code == 200, "why is asked"
    assert client.post(add, {"percent": "7", "edit_reason": "新人多"}).status_code == 302
    share = SecondLookShare.objects.get()
    assert (share.percent, share.set_by) == (7, admin)
    change = reverse("admin:safety_secondlookshare_change", args=[share.pk])
    assert "新人多" in client.get(change).content.decode(), "and told"
    client.post(change, {"percent": "9"})
    client.post(reverse("admin:safety_secondlookshare_delete", args=[share.pk]), {"post": "yes"})
    assert SecondLookShare.objects.get().percent == 7
