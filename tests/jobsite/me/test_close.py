"""Closing an account: what goes at once, what stays and no longer says whose it was."""

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.employers import invitations
from accounts.employers.registration import RegistrationRefused, require_not_banned
from accounts.employers.transitions import record_employer_event
from accounts.models import Consent, Employer, User
from accounts.verification.employer_checks import list_employers_to_review
from jobsite.me import personal_data as personal
from jobsite.operations import retention
from listings.employer_api.tokens import create_employer_token
from listings.models import (
    Application,
    ContactReveal,
    JobFeed,
    ListingDraft,
    Rating,
    SeekerProfile,
)
from listings.publication.employer_status import move_employer_with_listings
from listings.publication.submission import create_listing_with_draft
from listings.publication.transitions import move_listing
from safety.models import Report, ReportEvent
from sitekit.models import Mail
from tests.answers import read_body
from tests.at_once import at_once, has_to_wait
from tests.conftest import tea_shop
from tests.jobsite import leaving
from tests.jobsite.me.leavers import leaver, owner, seeker
from tests.people import make_person, sign_in

__all__ = ["leaver", "owner", "seeker"]
pytestmark = pytest.mark.django_db
CLOSE = "/me/close/"
OWNERS, RECRUITERS = "+8613700000002", "+8613700000003"
# Words that an author published stay as they were published: `listing_revisions` of the table.
KEPT = {"listings_listing", "listings_listingrevision"}


def test_first_it_says_what_goes_and_what_stays(client, seeker):
    page = read_body(sign_in(client, seeker).get(CLOSE))
    assert "马上删掉" in page and "找不回来" in page
    rule = retention.BY_CODE["reveals"]
    assert rule.what in page and rule.why in page
    for code in ("public_texts", "account_events"):
        assert retention.BY_CODE[code].what in page
    assert "写过的评价继续公开" in page
    seeker.refresh_from_db()
    assert not seeker.closed_at


def test_without_the_tick_nothing_happens(client, seeker):
    page = read_body(sign_in(client, seeker).post(CLOSE))
    assert "要注销，先在这里打勾。" in page
    assert User.objects.get(pk=seeker.pk).email


def test_somebody_who_signed_in_long_ago_is_asked_again(client, seeker):
    client.force_login(seeker, backend="accounts.backends.EmailOrPhoneBackend")
    response = client.post(CLOSE, {"sure": "on"})
    assert response.url == "/accounts/reauthenticate/?next=%2Fme%2Fclose%2F"
    assert User.objects.get(pk=seeker.pk).email


def test_no_trace_of_the_person_is_left_in_any_table(client, seeker):
    before = leaving.find_personal_traces()
    assert {"accounts_user", "accounts_notice", "listings_contactreveal", "sitekit_mail"} <= set(
        before
    )
    response = sign_in(client, seeker).post(CLOSE, {"sure": "on"})
    assert response.url == "/accounts/login/"
    assert leaving.find_personal_traces() == {}
    assert response.cookies["contact_proof"].value == "", "nor in the browser"


def test_what_others_need_stays_without_a_name(seeker):
    personal.close_account(seeker.pk)
    reveals = ContactReveal.objects.all()
    assert [row.listing_id for row in reveals if (row.email, row.phone) == ("", "")] and len(
        reveals
    ) >= 2
    assert Report.objects.get().words == "不实" and Report.objects.get().reporter is None
    assert ReportEvent.objects.exists() and Consent.objects.filter(user=seeker).exists()
    by_seeker = Rating.objects.get(by="seeker")
    assert by_seeker.words == "准时结的" and str(by_seeker.author) == ""
    assert not SeekerProfile.objects.exists()


def test_signups_that_are_not_over_are_withdrawn_by_their_own_move(seeker, owner):
    personal.close_account(seeker.pk)
    rows = Application.objects.order_by("pk")
    assert [row.status for row in rows] == ["withdrawn", "withdrawn", "done"]
    assert [row.events.first().after for row in rows] == ["withdrawn", "withdrawn", "done"]
    assert owner.notices.filter(key__contains="-withdrawn-").count() == 2


def test_nobody_can_go_on_or_come_back(client, seeker):
    elsewhere = sign_in(Client(), seeker)
    assert elsewhere.get("/me/").status_code == 200
    sign_in(client, seeker).post(CLOSE, {"sure": "on"})
    assert client.get("/me/").status_code == elsewhere.get("/me/").status_code == 302
    row = User.objects.get(pk=seeker.pk)
    assert row.closed_at and not row.is_active and not row.has_usable_password()


def test_the_phone_and_the_address_are_free_again(seeker):
    personal.close_account(seeker.pk)
    again = make_person("leaving", phone=leaving.PHONE)
    assert again.pk != seeker.pk


def test_twice_is_once(seeker):
    personal.close_account(seeker.pk)
    first = User.objects.get(pk=seeker.pk).closed_at
    personal.close_account(seeker.pk)
    assert User.objects.get(pk=seeker.pk).closed_at == first


def test_all_of_it_or_nothing(seeker, monkeypatch):
    def broken(user):
        raise ZeroDivisionError

    broken_last = (*personal.ERASED[:-1], personal.ERASED[-1]._replace(erase=broken))
    monkeypatch.setattr(personal, "ERASED", broken_last)
    before = leaving.find_personal_traces()
    with pytest.raises(ZeroDivisionError):
        personal.close_account(seeker.pk)
    assert leaving.find_personal_traces() == before


def test_an_employer_of_one_takes_its_listings_back_first(client, employer, publish):
    user = make_person("leaving", phone=leaving.PHONE)
    leaving.make_leaving_employer(user, employer)
    listing = publish(contact_name=leaving.NAME, contact_phone=leaving.PHONE)
    changes = {"intro": [f"{leaving.NAME}的店", ""]}  # what staff changed in it
    record_employer_event(employer, None, "edit", "写错了", employer.status, changes)
    sign_in(client, user)
    assert "还有 1 条兼职在招人、待审或核查中。先撤回它们。" in read_body(client.get(CLOSE))
    client.post(CLOSE, {"sure": "on"})
    assert User.objects.get(pk=user.pk).email, "not past the obstacle by a bare POST"
    move_listing(listing.pk, "withdrawn", user)
    client.post(CLOSE, {"sure": "on"})
    assert User.objects.get(pk=user.pk).closed_at
    assert set(leaving.find_personal_traces()) <= KEPT
    employer.refresh_from_db()
    assert (employer.contact_name, employer.contact_phone) == ("", "")
    assert employer.name != "乾州清茗饮品店", "without a licence it was the person's own name"


def test_the_last_owner_hands_over_first(client, employer):
    user = make_person("leaving")
    employer.memberships.create(user=user, role="owner")
    colleague = employer.memberships.create(user=make_person("colleague"), role="recruiter")
    page = read_body(sign_in(client, user).get(CLOSE))
    assert "你是「乾州清茗饮品店」唯一的负责人" in page and "/employer/members/" in page
    with pytest.raises(personal.ClosingRefused):
        personal.close_account(user.pk)
    colleague.role = "owner"
    colleague.save()
    personal.close_account(user.pk)
    employer.refresh_from_db()
    assert employer.name == "乾州清茗饮品店"
    assert list(employer.memberships.all()) == [colleague]


def test_of_a_banned_one_the_phone_is_kept_so_that_it_cannot_come_back(employer):
    user = make_person("leaving", phone=leaving.PHONE)
    leaving.make_leaving_employer(user, employer)
    move_employer_with_listings(employer.pk, "banned", None, "收押金")
    personal.close_account(user.pk)
    employer.refresh_from_db()
    assert (employer.contact_phone, employer.contact_name) == (leaving.PHONE, "")


@pytest.mark.parametrize(("status", "is_kept"), [("banned", True), ("lapsed", False)])
def test_of_a_banned_one_the_papers_are_kept_by_which_the_ban_can_be_proved(
    client, employer, status, is_kept
):
    user = make_person("leaving")
    employer.memberships.create(user=user, role="owner")
    paper = employer.documents.create(
        kind="licence", file="x.jpg", content_type="image/jpeg", size=1, uploaded_by=user
    )
    move_employer_with_listings(employer.pk, status, None, "收押金")
    page = read_body(sign_in(client, user).get(CLOSE))
    assert "在黑名单里的，证件文件从列入那天起留 1 年" in page
    personal.close_account(user.pk)
    paper.refresh_from_db()
    assert (paper.purged_at is None) == is_kept


def test_a_pending_one_that_nobody_is_left_in_waits_for_no_moderator(employer):
    user = make_person("leaving", phone=leaving.PHONE)
    leaving.make_leaving_employer(user, employer)
    colleague = make_person("colleague")
    employer.memberships.create(user=colleague, role="owner")
    Employer.objects.filter(pk=employer.pk).update(status="pending", submitted_at=timezone.now())
    personal.close_account(colleague.pk)
    assert list_employers_to_review().filter(pk=employer.pk).exists(), "somebody is left in it"
    personal.close_account(user.pk)
    assert not list_employers_to_review().filter(pk=employer.pk).exists()
    event = employer.events.order_by("-pk").first()
    assert (event.before, event.after) == ("pending", "rejected")
    assert event.reason == "唯一的成员注销了账号"


def test_a_banned_one_is_known_again_by_the_phone_of_an_owner_who_closed_the_account(employer):
    owner, recruiter = make_person("owner", phone=OWNERS), make_person("hand", phone=RECRUITERS)
    employer.memberships.create(user=owner, role="owner")
    employer.memberships.create(user=make_person("other"), role="owner")
    employer.memberships.create(user=recruiter, role="recruiter")
    move_employer_with_listings(employer.pk, "banned", None, "收押金")
    for user in (owner, recruiter):
        personal.close_account(user.pk)
    employer.refresh_from_db()
    assert OWNERS not in str(employer.former_owner_phones), "a hash of it"
    again = make_person("again", phone=OWNERS)
    for user, phone in ((again, "+8613700000001"), (make_person("friend"), OWNERS)):
        with pytest.raises(RegistrationRefused):
            require_not_banned(user, "", phone)
    require_not_banned(make_person("hand again", phone=RECRUITERS), "", "+8613700000001")
    move_employer_with_listings(employer.pk, "pending", None, "申诉成立")
    employer.refresh_from_db()
    assert employer.former_owner_phones == []
    require_not_banned(again, "", "+8613700000001")


@pytest.mark.parametrize("has_another_owner", [False, True])
def test_who_answers_for_a_frozen_one_waits_until_it_is_decided(
    client, employer, has_another_owner
):
    user = make_person("leaving", phone=leaving.PHONE)
    leaving.make_leaving_employer(user, employer)
    if has_another_owner:
        employer.memberships.create(user=make_person("other"), role="owner")
    move_employer_with_listings(employer.pk, "frozen", None, "有兼职因涉诈下架")
    sign_in(client, user).post(CLOSE, {"sure": "on"})
    page = read_body(client.get(CLOSE))
    assert "被冻结，正在核实。核实有了结果（解冻，或者列入黑名单）就能注销" in page
    assert f"/appeal/employer/{employer.pk}/" in page
    employer.refresh_from_db()
    assert employer.contact_phone == leaving.PHONE, "so a ban finds by what it is known again"
    move_employer_with_listings(employer.pk, "banned", None, "查实收押金")
    personal.close_account(user.pk)
    assert User.objects.get(pk=user.pk).closed_at


def test_a_recruiter_of_a_frozen_one_may_go(employer):
    recruiter = make_person("recruiter")
    employer.memberships.create(user=make_person("boss"), role="owner")
    employer.memberships.create(user=recruiter, role="recruiter")
    move_employer_with_listings(employer.pk, "frozen", None, "核实投诉")
    personal.close_account(recruiter.pk)
    assert User.objects.get(pk=recruiter.pk).closed_at


def test_a_verified_one_without_members_is_verified_no_more(employer):
    user = make_person("leaving")
    employer.memberships.create(user=user, role="owner")
    personal.close_account(user.pk)
    employer.refresh_from_db()
    assert employer.status == "lapsed" and not employer.is_in_good_standing
    assert employer.events.first().reason == "唯一的成员注销了账号"


def test_two_owners_who_close_at_once_leave_one(committed):
    shop, people = tea_shop(), [make_person("first"), make_person("second")]
    for person in people:
        shop.memberships.create(user=person, role="owner")
    shop.memberships.create(user=make_person("recruiter"), role="recruiter")
    answers = at_once(*[lambda pk=person.pk: personal.close_account(pk) for person in people])
    assert sum(isinstance(answer, personal.ClosingRefused) for answer in answers) == 1, answers
    assert shop.memberships.filter(role="owner").count() == 1


def test_closing_waits_for_whoever_has_the_employer(committed):
    """Owners are counted under its lock, and the account is not locked before."""
    shop, user = tea_shop(), make_person("leaving")
    for person in (user, make_person("other")):
        shop.memberships.create(user=person, role="owner")
    with transaction.atomic():
        Employer.objects.select_for_update(no_key=True).get(pk=shop.pk)
        assert has_to_wait(lambda: personal.close_account(user.pk))
    assert not User.objects.get(pk=user.pk).closed_at


def test_staff_cannot_slip_away(client):
    admin = make_person("admin", is_staff=True, is_superuser=True)
    assert "让另一位管理员先收回权限" in read_body(sign_in(client, admin).get(CLOSE))
    with pytest.raises(personal.ClosingRefused):
        personal.close_account(admin.pk)


def test_what_colleagues_go_on_with_passes_to_them(employer):
    leaving_user, colleague = make_person("leaving"), make_person("colleague")
    for user in (leaving_user, colleague):
        employer.memberships.create(user=user, role="owner")
    listing = create_listing_with_draft(employer, leaving_user, {"duties": ["同事写的"]})
    feed = employer.job_feeds.create(
        author=leaving_user, name="招聘系统", no_fee_signed_at=timezone.now()
    )
    feed.items.create(key="A-1", listing=listing)
    upload = employer.uploads.create(author=leaving_user, name="x.csv")
    personal.close_account(leaving_user.pk)
    draft = ListingDraft.objects.get(listing=listing)
    assert (draft.author, draft.data) == (colleague, {"duties": ["同事写的"]})
    feed.refresh_from_db()
    assert (feed.author, feed.no_fee_signed_at) == (colleague, None)
    assert feed.items.exists() and employer.uploads.get() == upload
    assert "招聘系统" in employer.events.get(action="job_feed").reason
    assert "先存成草稿" in colleague.notices.get(key__startswith="job-feeds").text


@pytest.mark.parametrize("role", ["owner", "recruiter"])
def test_the_owners_who_stay_hear_that_a_member_is_gone_and_what_ends_with_it(employer, role):
    gone, boss, recruiter = (make_person(name) for name in ("gone", "boss", "recruiter"))
    for person, its_role in ((gone, role), (boss, "owner"), (recruiter, "recruiter")):
        employer.memberships.create(user=person, role=its_role)
    create_employer_token(employer, gone, "排班系统", "write", 30)
    personal.close_account(gone.pk)
    assert employer.events.get(action="member").reason == f"成员 {gone.pk} 注销了账号"
    notice = boss.notices.get(key__startswith="employer-member-closed")
    assert notice.title.endswith(f"{'负责人' if role == 'owner' else '招聘员'}注销了账号")
    assert "兼职和单位资料里留的如果是对方的电话" in notice.text
    assert ("对方发出、还没人接受的邀请" in notice.text) == (role == "owner")
    ended = boss.notices.filter(title="接口令牌不能用了：“排班系统”")
    assert ended.exists() == (role == "owner"), "that of a recruiter was of no use"
    assert not recruiter.notices.exists() and not gone.notices.exists()
    assert not Mail.objects.filter(to="gone@example.com").exists()
    assert "gone" not in notice.title + notice.text


def test_the_name_goes_from_what_the_owners_read_of_the_member(employer):
    boss, gone, friend = (make_person(name) for name in ("boss", "gone", "friend"))
    employer.memberships.create(user=boss, role="owner")
    for user in (gone, friend):
        invitation = invitations.invite_member(employer.pk, boss, user.email, "recruiter")
        invitations.accept_employer_invitation(invitation.pk, user)
    member = employer.memberships.get(user=gone)
    invitations.remove_employer_member(employer.pk, member.pk, gone)
    assert boss.notices.filter(title__startswith="gone").count() == 2
    assert Mail.objects.filter(subject__startswith="gone").exists()
    personal.close_account(gone.pk)
    assert [notice.title for notice in boss.notices.order_by("pk")] == [
        "一位成员加入了单位，后来注销了账号",
        f"friend加入了「{employer.name}」",
        "一位成员离开了单位，后来注销了账号",
    ]
    assert not Mail.objects.filter(subject__startswith="gone").exists()
    assert Mail.objects.filter(subject__startswith="friend").exists()


def test_what_nobody_goes_on_with_is_deleted(employer):
    user = make_person("leaving")
    employer.memberships.create(user=user, role="owner")
    create_listing_with_draft(employer, user)
    employer.job_feeds.create(author=user, name="招聘系统")
    employer.uploads.create(author=user, name="x.csv")
    personal.close_account(user.pk)
    assert not ListingDraft.objects.exists() and not JobFeed.objects.exists()
    assert not employer.uploads.exists()
