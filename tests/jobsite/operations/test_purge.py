"""What is kept how long: the table, the purge that goes by it, and the floors of the law."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.management import CommandError, call_command
from django.db.models import ProtectedError
from django.utils import timezone

from accounts.employers.transitions import change_employer_status
from accounts.models import (
    Consent,
    Employer,
    EmployerDocument,
    EmployerEvent,
    EmployerInvitation,
    Notice,
    PublicText,
    User,
)
from accounts.public_text.submission import submit_public_text
from jobsite.operations import retention
from jobsite.operations.retention import BY_CODE, RULES, purge_expired
from listings.applications.transitions import create_application, move_application
from listings.detail.contact_reveals import ContactViewer, record_reveal
from listings.models import (
    Application,
    BulkUpload,
    ContactReveal,
    Listing,
    ListingEvent,
    ListingRevision,
)
from listings.publication.transitions import (
    approve_listing_edit,
    move_listing,
    publish_listing,
    submit_revision,
)
from safety.appeals.transitions import create_appeal, decide_appeal
from safety.models import Appeal, Decision, Report
from safety.reports.submission import submit_report
from safety.reports.transitions import move_report
from sitekit.maintenance.periodic import PeriodicTask, run_task
from sitekit.maintenance.retention import RetentionRule
from sitekit.models import Chore, Mail, TextMessage
from tests.conftest import build_listing_fields
from tests.people import make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
# How long the law wants it kept at least, in days.
FLOORS = {
    "case_messages": 1096,
    "case_notes": 1096,
    "case_questions": 1096,
    "escalations": 1096,
    "second_looks": 1096,
    "access_records": 184,
    "sign_ins": 184,
    "reveals": 731,
    "listing_revisions": 1096,
    "listing_events": 1096,
    "employer_events": 1096,
    "public_texts": 1096,
    "reports": 1096,
    "appeals": 1096,
    "decisions": 1096,
    "fraud_cases": 1096,
    "journal_searches": 1096,
}


def get_past_moment(days):
    return timezone.now() - timedelta(days=days)


def backdate_rows(rows, days, *fields):
    rows.update(**dict.fromkeys(fields or ("created_at",), get_past_moment(days)))


def test_the_law_is_in_the_table():
    table = {rule.code: rule.floor.days for rule in RULES if rule.floor}
    assert table == FLOORS
    assert all(rule.keep >= (rule.floor or rule.keep) for rule in RULES)
    assert len(BY_CODE) == len(RULES)


@pytest.mark.parametrize("code", FLOORS)
def test_nothing_is_purged_below_the_floor(code):
    Notice.objects.create(user=make_person("a"), key="k", title="旧的")
    backdate_rows(Notice.objects.all(), 400)
    with pytest.raises(CommandError, match="至少要留"):
        call_command("purge", "--older-than", f"{code}={FLOORS[code] - 1}")
    assert Notice.objects.exists(), "nothing at all was purged"


def test_at_the_floor_it_is_allowed(publish):
    listing = publish()
    record_reveal(listing, ContactViewer(make_person("a")))
    backdate_rows(ContactReveal.objects.all(), 732)
    call_command("purge", "--older-than", "reveals=731")
    assert not ContactReveal.objects.exists()


@pytest.mark.parametrize(
    "words", ["notices", "notices=", "notices=-1", "notices=x", "notices=0", "notices=999999"]
)
def test_days_that_it_does_not_understand_it_refuses(words):
    with pytest.raises(CommandError, match=f"^{words}：天数是 1 以上的整数，如 notices=90。$"):
        call_command("purge", "--older-than", words)


def test_a_code_that_the_table_lacks_is_answered_by_those_it_has():
    with pytest.raises(CommandError, match="没有「nothing」这一项，有的是：") as refused:
        call_command("purge", "--older-than", "nothing=3")
    assert all(code in str(refused.value) for code in BY_CODE)


def refuse_to_drop(rows):
    raise ProtectedError("阿秀", set())


def test_what_cannot_be_purged_keeps_nothing_else(monkeypatch, caplog):
    """What is behind it in the table would stay for as long as nobody looks."""
    User.objects.create_user("leaver@example.com")
    every_row = RetentionRule(
        "stuck", "卡住的", DAY, "", lambda _: User.objects.all(), refuse_to_drop
    )
    monkeypatch.setattr(retention, "RULES", [every_row, *RULES])
    Notice.objects.create(user=make_person("a"), key="k", title="旧的")
    backdate_rows(Notice.objects.all(), 367)
    task = PeriodicTask("删除到期的数据", DAY, retention.purge_daily)
    assert not run_task(task)[1] and not Notice.objects.exists()
    assert "purging stuck failed: ProtectedError" in caplog.text and "阿秀" not in caplog.text
    assert Chore.objects.get().trouble
    with pytest.raises(CommandError, match="没做成：stuck"):
        call_command("purge")


def test_a_dry_run_counts_and_keeps(capsys):
    Notice.objects.create(user=make_person("a"), key="k", title="旧的")
    backdate_rows(Notice.objects.all(), 367)
    call_command("purge", "--dry-run")
    line = next(line for line in capsys.readouterr().out.splitlines() if "站内信" in line)
    assert line.split()[:2] == ["notices", "1"]
    assert Notice.objects.exists()
    call_command("purge", "--dry-run", "--older-than", "notices=500")
    assert "notices                  0" in capsys.readouterr().out


def test_one_can_be_kept_for_less_where_no_law_speaks():
    Notice.objects.create(user=make_person("a"), key="k", title="旧的")
    backdate_rows(Notice.objects.all(), 91)
    purge_expired()
    assert Notice.objects.exists()
    purge_expired({"notices": timedelta(days=90)})
    assert not Notice.objects.exists()


def test_the_admin_s_log_forgets_names_and_keeps_what_was_done():
    staff = make_person("staff")
    for days in (1095, 1097):
        LogEntry.objects.log_actions(staff.pk, User.objects.filter(pk=staff.pk), CHANGE, f"{days}")
        backdate_rows(
            LogEntry.objects.filter(change_message__contains=str(days)), days, "action_time"
        )
    assert purge_expired()["admin_log"] == 1
    assert purge_expired()["admin_log"] == 0
    names = LogEntry.objects.order_by("action_time").values_list("object_repr", flat=True)
    assert list(names) == ["", "staff"]


def test_mails_and_text_messages_go_after_a_month_sent_or_not():
    for key, days, sent in (("new", 29, 29), ("sent", 31, 31), ("given up", 31, None)):
        fields = {"created_at": get_past_moment(days), "sent_at": sent and get_past_moment(sent)}
        Mail.objects.create(key=key, to="a@b.cn", subject="信", text="字", tries=8)
        Mail.objects.filter(key=key).update(**fields)
        TextMessage.objects.create(key=key, to="+8613800138000", kind="code", text="字")
        TextMessage.objects.filter(key=key).update(**fields)
    purged = purge_expired()
    assert (purged["mails"], purged["texts"]) == (2, 2)
    assert [m.key for m in Mail.objects.all()] == ["new"]
    assert [m.key for m in TextMessage.objects.all()] == ["new"]


def test_a_listings_last_event_and_the_text_it_shows_stay(publish):
    listing = publish()
    move_listing(listing.pk, "paused", None)
    publish_listing(listing.pk, None)
    edit = ListingRevision(**build_listing_fields(title="改过的"))
    submit_revision(listing, edit)
    approve_listing_edit(listing.pk, None)
    waiting = ListingRevision(**build_listing_fields(title="等着的"))
    submit_revision(listing, waiting)
    backdate_rows(ListingEvent.objects.all(), 1097)
    backdate_rows(ListingRevision.objects.all(), 1097)
    purge_expired()
    assert [event.action for event in listing.events.all()] == ["approve_edit"]
    assert {revision.title for revision in listing.revisions.all()} == {"改过的", "等着的"}
    assert Listing.objects.live().filter(pk=listing.pk).exists()


def test_what_is_three_years_less_a_day_old_stays(publish, employer):
    listing = publish()
    move_listing(listing.pk, "paused", None)
    backdate_rows(ListingEvent.objects.all(), 1095)
    backdate_rows(EmployerEvent.objects.all(), 1095)
    backdate_rows(ListingRevision.objects.all(), 1095)
    counts = ListingEvent.objects.count(), EmployerEvent.objects.count()
    purged = purge_expired()
    assert purged["listing_events"] == purged["employer_events"] == purged["listing_revisions"] == 0
    assert counts == (ListingEvent.objects.count(), EmployerEvent.objects.count())


def test_of_a_signup_the_profile_goes_first_and_the_rest_later(publish):
    seeker = make_person("seeker")
    listing = publish()
    over = create_application(listing.pk, seeker, {"name": "小龙"}, "周末都行")
    move_application(over.pk, "withdrawn", seeker)
    running = create_application(listing.pk, make_person("other"), {"name": "阿彩"})
    backdate_rows(Application.objects.all(), 185, "updated_at")
    purge_expired()
    over.refresh_from_db()
    running.refresh_from_db()
    assert (over.profile, over.message) == ({}, "")
    assert running.profile == {"name": "阿彩"}, "it is not over"
    backdate_rows(Application.objects.all(), 1097, "updated_at")
    purge_expired()
    assert list(Application.objects.all()) == [running]


def test_public_words_are_kept_for_three_years_and_private_ones_for_six_months(publish, employer):
    owner, seeker = make_person("owner"), make_person("seeker")
    for intro in ("做米粉的小店。", "做米粉的小店，加微信 mifen2024 详谈。"):
        submit_public_text("employer_intro", employer.pk, {"intro": intro}, owner)
    create_application(publish().pk, seeker, {"name": "小龙"}, "我带你们刷单，先垫付，一天返三百。")
    backdate_rows(PublicText.objects.all(), 185)
    purge_expired()
    assert [text.kind for text in PublicText.objects.all()] == ["employer_intro"] * 2
    backdate_rows(PublicText.objects.all(), 1097)
    purge_expired()
    assert [text.status for text in PublicText.objects.all()] == ["waiting"]


def test_reports_and_appeals_go_with_their_events_once_they_are_decided(publish, employer):
    moderator = make_person("moderator", is_staff=True)
    done, open_one = (
        submit_report(listing=publish(), reason="fake_info", email=f"{n}@example.com")
        for n in (1, 2)
    )
    move_report(done.pk, "dismissed", moderator, "没有这回事")
    held = publish()
    move_listing(held.pk, "held", moderator, "查一查")
    appeal = create_appeal(held, make_person("owner"), "没有收过钱。")
    admin = make_person("admin", is_staff=True, is_superuser=True)
    decide_appeal(appeal.pk, "dismissed", admin, "收过")
    backdate_rows(Report.objects.filter(pk=done.pk), 185, "decided_at")
    purge_expired()
    assert Report.objects.get(pk=done.pk).email == ""
    assert Report.objects.get(pk=open_one.pk).email == "2@example.com"
    backdate_rows(Report.objects.filter(pk=done.pk), 1097, "decided_at")
    backdate_rows(Appeal.objects.all(), 1097, "decided_at")
    purge_expired()
    assert list(Report.objects.all()) == [open_one]
    assert not Appeal.objects.exists()


def test_the_rest_of_the_table(employer):
    somebody = make_person("a")
    somebody.consents.create(kind="terms", version="1", withdrawn_at=get_past_moment(1097))
    somebody.consents.create(kind="terms", version="2")
    employer.invitations.create(email="a@b.cn", role="recruiter", invited_by=somebody)
    backdate_rows(EmployerInvitation.objects.all(), 185)
    BulkUpload.objects.create(
        employer=employer, author=somebody, name="x", created_at=get_past_moment(185)
    )
    Decision.objects.create(
        kind="listing",
        number=1,
        moderator=somebody,
        action="publish",
        created_at=get_past_moment(1097),
    )
    purged = {code: count for code, count in purge_expired().items() if count}
    assert purged == {"consents": 1, "invitations": 1, "uploads": 1, "decisions": 1}
    assert [consent.version for consent in Consent.objects.all()] == ["2"]


def test_the_files_of_papers_go_and_the_row_says_when(employer, tmp_path, settings):
    settings.PRIVATE_ROOT = tmp_path
    from accounts.verification.papers import get_paper_path

    somebody = make_person("a")
    kept, replaced = (
        employer.documents.create(
            kind="licence",
            file=f"{n}.pdf",
            content_type="application/pdf",
            size=1,
            digest=n,
            uploaded_by=somebody,
            uploaded_at=get_past_moment(days),
        )
        for n, days in (("new", 367), ("old", 368))
    )
    for document in (kept, replaced):
        get_paper_path(document.file).parent.mkdir(parents=True, exist_ok=True)
        get_paper_path(document.file).write_bytes(b"x")
    purge_expired()
    kept.refresh_from_db()
    replaced.refresh_from_db()
    assert kept.purged_at is None, "the employer is verified by it"
    assert replaced.purged_at is not None


@pytest.fixture
def hand_in_paper(employer):
    somebody = make_person("uploader")

    def hand_in(days, kind="id_card", side="", **fields):
        name = f"{kind}-{side}-{days}.jpg"
        return employer.documents.create(
            kind=kind,
            side=side,
            file=name,
            content_type="image/jpeg",
            size=1,
            digest=name,
            uploaded_by=somebody,
            uploaded_at=get_past_moment(days),
            **fields,
        )

    return hand_in


def list_kept(*papers):
    purge_expired()
    return [EmployerDocument.objects.get(pk=paper.pk).purged_at is None for paper in papers]


def test_a_paper_is_replaced_only_by_one_for_the_same_place(hand_in_paper):
    front, back = hand_in_paper(368, side="front"), hand_in_paper(367, side="back")
    licence = hand_in_paper(368, "licence")
    hand_in_paper(367, "licence", purged_at=timezone.now())  # the wrong file, deleted again
    assert list_kept(front, back, licence) == [True, True, True]
    hand_in_paper(1, side="front")
    assert list_kept(front, back, licence) == [False, True, True]


def test_a_card_of_before_sides_had_places_is_replaced_by_both(hand_in_paper):
    former = hand_in_paper(400)
    hand_in_paper(2, side="front")
    assert list_kept(former) == [True]
    hand_in_paper(1, side="back")
    assert list_kept(former) == [False]


@pytest.mark.parametrize(
    ("status", "due", "is_kept"),
    [
        ("frozen", -400, True),
        ("lapsed", -1, True),
        ("lapsed", -364, True),
        ("lapsed", -367, False),
        ("banned", 9, False),
        ("rejected", 9, False),
    ],
)
def test_who_lapsed_or_is_looked_into_has_not_left(employer, hand_in_paper, status, due, is_kept):
    paper = hand_in_paper(500)
    Employer.objects.update(status=status, recheck_due=timezone.localdate() + due * DAY)
    assert list_kept(paper) == [is_kept]


@pytest.mark.parametrize(("days", "is_kept"), [(365, True), (368, False)])
def test_papers_of_a_banned_one_are_kept_from_the_ban_on(employer, hand_in_paper, days, is_kept):
    paper = hand_in_paper(500)
    event = change_employer_status(employer.pk, "banned", None, "收押金")
    EmployerEvent.objects.filter(pk=event.pk).update(created_at=get_past_moment(days))
    assert list_kept(paper) == [is_kept]


def test_a_ban_that_ends_when_nobody_is_left_keeps_no_papers(employer, hand_in_paper):
    paper = hand_in_paper(500)
    employer.memberships.create(user=paper.uploaded_by, role="owner")
    change_employer_status(employer.pk, "banned", None, "收押金")
    change_employer_status(employer.pk, "pending", None, "申诉成立")
    assert list_kept(paper) == [True]
    employer.memberships.all().delete()
    assert list_kept(paper) == [False]


def test_what_is_told_about_it_is_the_table(client):
    page = client.get("/privacy/").content.decode()
    for rule in RULES:
        assert rule.what in page and rule.why in page
