"""The employer's other listings are looked at again; the employer itself does not come back."""

import contextlib
import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.employers.registration import RegistrationRefused, require_not_banned
from accounts.models import Employer, Notice
from listings.models import Application, Listing, ListingEvent, ListingSearch
from safety.aftercare import other_listings
from safety.appeals.transitions import create_appeal, decide_appeal
from safety.moderation.decisions import make_decision, undo_decision
from safety.moderation.waiting_cases import list_waiting_listings
from sitekit.models import Mail
from tests.at_once import at_once
from tests.conftest import build_listing_publisher, tea_shop
from tests.people import make_person, sign_in
from tests.safety.desks import make_moderator_user, make_pending_listing, waiting_text
from tests.safety.fraud_removals import remove_listing_for_fraud, sign_up

pytestmark = pytest.mark.django_db
ROBBED = "店主的账号被人盗用，报过警"


def get_stored_status(listing):
    return Listing.objects.values_list("status", flat=True).get(pk=listing.pk)


def test_what_stands_in_public_is_held_and_comes_up_in_the_queue(publish):
    bad, other, paused = publish(title="坏的"), publish(title="别的"), publish(title="停的")
    Listing.objects.filter(pk=paused.pk).update(status="paused")
    by = make_moderator_user()
    case = remove_listing_for_fraud(bad, by)
    assert (get_stored_status(other), get_stored_status(paused), case.held) == ("held", "held", 2)
    assert {other.pk, paused.pk} <= set(list_waiting_listings().values_list("pk", flat=True))
    event = ListingEvent.objects.filter(listing=other).order_by("-pk").first()
    assert (event.before, event.after, event.actor) == ("published", "held", by)
    assert "同一单位" in event.reason
    assert not ListingSearch.objects.filter(pk=other.pk).exists()


def test_what_waits_goes_on_waiting_with_a_note_for_the_moderator(client, publish, employer):
    bad, waits = publish(title="坏的"), make_pending_listing(employer, title="等着的")
    by = make_moderator_user()
    remove_listing_for_fraud(bad, by, reason="让人先垫钱")
    assert get_stored_status(waits) == "pending"
    page = sign_in(client, by).get(f"/admin/desk/listings/{waits.pk}/").content.decode()
    assert "同一单位的「坏的」" in page and "因涉诈下架：让人先垫钱" in page


def test_who_was_told_of_the_hold_is_told_when_a_moderator_restores_it(publish):
    bad, other, apart = publish(title="坏的"), publish(title="奶茶店员"), publish(title="传单")
    by, seeker = make_moderator_user(), make_person("seeker")
    sign_up(other, seeker)
    sign_up(apart, make_person("another seeker"))
    make_decision("listing", apart.pk, "held", by, "有人说要押金")
    remove_listing_for_fraud(bad, by, not_frozen_because=ROBBED)
    restored = Notice.objects.filter(title__endswith="恢复了", user=seeker)
    make_decision("listing", apart.pk, "restore", by)
    assert not restored.exists(), "it is not theirs"
    decision = make_decision("listing", other.pk, "restore", by)
    assert restored.get().title == "「奶茶店员」恢复了"
    assert restored.get().not_before, "it waits while the decision can be undone"
    undo_decision(decision.pk, by)
    assert not restored.exists()
    make_decision("listing", other.pk, "restore", by)
    assert "没有取消的报名都还在" in restored.get().text


def test_who_was_told_of_the_hold_is_told_when_a_moderator_removes_it(publish):
    bad, other, apart = publish(title="坏的"), publish(title="奶茶店员"), publish(title="传单")
    by, seeker = make_moderator_user(), make_person("seeker")
    sign_up(other, seeker)
    sign_up(apart, make_person("another seeker"))
    make_decision("listing", apart.pk, "held", by, "有人说要押金")
    remove_listing_for_fraud(bad, by)
    removed = Notice.objects.filter(title__endswith="下架了", user=seeker)
    make_decision("listing", apart.pk, "removed", by, "写得不对")
    assert not removed.exists(), "it is not theirs"
    decision = make_decision("listing", other.pk, "removed", by, "写得不对")
    assert removed.get().title == "「奶茶店员」下架了" and "别去" in removed.get().text
    undo_decision(decision.pk, by)
    assert not removed.exists()


@pytest.mark.parametrize("is_removed_first", [False, True])
def test_who_was_told_of_the_hold_is_told_when_an_appeal_restores_it(
    publish, owner, is_removed_first
):
    bad, other = publish(title="坏的"), publish(title="奶茶店员")
    by, seeker, later = make_moderator_user(), make_person("seeker"), make_person("later")
    sign_up(other, seeker)
    sign_up(other, later)
    Application.objects.filter(seeker=later).update(status="withdrawn")
    remove_listing_for_fraud(bad, by, not_frozen_because=ROBBED)
    if is_removed_first:
        make_decision("listing", other.pk, "removed", by, "写得不对")
    appeal = create_appeal(other, owner, "没有收过钱。")
    decide_appeal(appeal.pk, "upheld", make_moderator_user("another"), "看过了，没问题")
    restored = Notice.objects.get(title="「奶茶店员」恢复了")
    assert restored.user == seeker, "the other one was told of no hold"
    assert "没有取消的报名都还在" in restored.text


def test_a_removal_long_after_its_hold_ended_tells_of_no_hold(publish, owner):
    bad, other = publish(title="坏的"), publish(title="奶茶店员")
    by, seeker = make_moderator_user(), make_person("seeker")
    sign_up(other, seeker)
    remove_listing_for_fraud(bad, by, not_frozen_because=ROBBED)
    make_decision("listing", other.pk, "restore", by)
    make_decision("listing", other.pk, "removed", by, "写得不对")
    appeal = create_appeal(other, owner, "写得对。")
    decide_appeal(appeal.pk, "upheld", make_moderator_user("another"), "写得对")
    restored = Notice.objects.filter(user=seeker, title="「奶茶店员」恢复了").order_by("pk")
    assert ["另一条" in notice.text for notice in restored] == [True, False]
    removed = Notice.objects.get(user=seeker, title__endswith="下架了")
    assert "之前" not in removed.text


def test_who_signed_up_with_an_employer_is_told_of_its_ban_and_of_its_end(publish, employer, owner):
    listing, gone = publish(title="奶茶店员"), publish(title="传单")
    by, seeker, other = make_moderator_user(), make_person("seeker"), make_person("other")
    sign_up(listing, seeker)
    sign_up(gone, other)
    Application.objects.filter(seeker=other).update(status="withdrawn")
    make_decision("employer", employer.pk, "banned", by, "骗押金", confirmed=True)
    notice = seeker.notices.get()
    assert notice.title == "你报名的「奶茶店员」别去了" and "别交任何钱" in notice.text
    appeal = create_appeal(employer, owner, "没有收过钱。")
    decide_appeal(appeal.pk, "upheld", make_moderator_user("another"), "查错了")
    ended = seeker.notices.order_by("-pk").first()
    assert ended.title == "「奶茶店员」：单位的申诉成立" and "重新审核" in ended.text
    assert not other.notices.exists()


def test_other_employers_are_left_alone(publish):
    from tools.demo.factories import make_employer

    other = build_listing_publisher(make_employer("另一家店"))(title="别家的")
    remove_listing_for_fraud(publish())
    assert get_stored_status(other) == "published"


def test_a_repost_has_no_employer_whose_listings_could_be_held(publish):
    source = {"source_name": "某报"}
    bad = publish(by=None, listing_fields=source)
    other = publish(by=None, title="另一条转载", listing_fields=source)
    assert remove_listing_for_fraud(bad).held == 0 and get_stored_status(other) == "published"


def test_the_members_get_one_message_for_all(publish, owner):
    bad, *_others = [publish(title=f"第 {n} 条") for n in range(6)]
    remove_listing_for_fraud(bad)
    (notice,) = Notice.objects.filter(user=owner)
    assert "另外 5 条兼职先收起来" in notice.text
    assert Mail.objects.filter(to=owner.email).count() == 1


def test_five_hundred_take_hardly_more_queries_than_one(publish, django_assert_max_num_queries):
    bad = publish()
    row = Listing.objects.get(pk=bad.pk)
    fields = {
        f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.attname != "id"
    }
    Listing.objects.bulk_create(Listing(**fields) for _ in range(500))
    by = make_moderator_user()
    with django_assert_max_num_queries(120):
        assert remove_listing_for_fraud(bad, by).held == 500


def test_two_removals_of_one_employer_at_once_wait_for_each_other(committed, monkeypatch):
    """Each holds the other's listing; had both locked their own before that, neither could go on."""
    publish = build_listing_publisher(tea_shop())
    first, second = publish(title="一"), publish(title="二")
    mods = [make_moderator_user("a"), make_moderator_user("b")]
    both, hold = threading.Barrier(2), other_listings.hold_other_listings

    def hold_when_both_are_there(case):
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(1)  # in vain: the second waits for the first
        return hold(case)

    monkeypatch.setattr(other_listings, "hold_other_listings", hold_when_both_are_there)

    def removing(listing, by):
        return lambda: remove_listing_for_fraud(listing, by)

    results = at_once(removing(first, mods[0]), removing(second, mods[1]))
    assert [type(result).__name__ for result in results] == ["FraudCase", "FraudCase"]
    assert get_stored_status(first) == get_stored_status(second) == "removed_fraud"


def test_a_banned_employer_does_not_come_back_by_licence_or_phone(employer, owner):
    Employer.objects.filter(pk=employer.pk).update(
        status="banned", licence_code="92433101MA4L77770X", contact_phone="+8613900001111"
    )
    stranger = make_person("stranger")
    for code, phone in (("92433101MA4L77770X", "+8613700000001"), ("", "+8613900001111")):
        with pytest.raises(RegistrationRefused):
            require_not_banned(stranger, code, phone)
    require_not_banned(stranger, "", "+8613700000001")


def test_the_case_says_that_a_ban_is_still_to_be_decided(client, publish):
    by = make_moderator_user()
    case = remove_listing_for_fraud(publish(), by)
    page = sign_in(client, by).get(f"/admin/desk/frauds/{case.pk}/").content.decode()
    assert "单位随这件案子一起冻结" in page and "列入黑名单" in page


def test_one_that_had_run_out_can_be_given_back_as_it_was(publish):
    """Not removed for want of a date: it stands as expired again."""
    bad, other = publish(title="坏的"), publish(title="过期的")
    past = timezone.localdate() - timedelta(days=3)
    Listing.objects.filter(pk=other.pk).update(valid_through=past)
    by = make_moderator_user()
    remove_listing_for_fraud(bad, by)
    make_decision("listing", other.pk, "restore", by, "看过了，没问题")
    assert get_stored_status(other) == "published" and not Listing.objects.live().exists()


def test_of_a_removed_one_the_desk_shows_what_was_public(client, publish):
    """An edit that waited is not decided any more; it is not what people saw."""
    bad = publish(title="坏的", contact_phone="13900001111")
    waiting_text(bad, title="改好看了的", contact_phone="13900002222")
    by = make_moderator_user()
    remove_listing_for_fraud(bad, by)
    desk = sign_in(client, by)
    for address in (f"/admin/desk/listings/{bad.pk}/", f"/admin/desk/listings/{bad.pk}/graph/"):
        page = desk.get(address).content.decode()
        assert "坏的" in page and "改好看了的" not in page
