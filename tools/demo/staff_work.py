"""What the staff of the demo site did in the last days: notes, questions, cases put aside, second looks, searches
of the journal, settings that were changed, and a mail and a job that failed."""

from django.contrib.admin.models import LogEntry
from django.db import connection
from django.utils import timezone

from accounts.admin.recorded_edits import record_change
from accounts.models import Employer
from cities.directory.regions import require_region
from cities.models import PlaceDescription
from jobsite.models import Announcement
from listings.models import Listing
from safety.case_queues.case_notes import add_case_note
from safety.case_queues.case_questions import CaseLink, ask_colleague
from safety.case_queues.escalations import escalate_cases
from safety.case_queues.postponements import defer_case
from safety.choices import CaseKind
from safety.journal_pages.search_views import record_search
from safety.models import (
    CaseNote,
    Decision,
    JournalExport,
    JournalSearch,
    SecondLook,
    SecondLookShare,
)
from safety.moderation.claims import claim_case
from safety.moderation.decisions import make_decision
from screening.models import BlockedItem
from sitekit.messages.outbox import MAX_SEND_TRIES, TASK
from sitekit.models import LimitSetting, Mail, Operator
from sitekit.site_settings.limits import DECLARED
from sitekit.workflow.periods import DAY, HOUR

LISTING = CaseKind.LISTING
DRAWN, JUDGED = 7, 4


def load_staff_work(users):
    """Once; nothing on a site open to others, where the demo's people are not of the staff."""
    if not users["senior"].is_staff or CaseNote.objects.exists():
        return
    _put_cases_aside(users)
    _look_again(users)
    _search_journal(users)
    _change_settings(users["operator"])
    _fail_to_send(users["seeker"])


def _put_cases_aside(users):
    """Of what `moderation_queue` handed in, by title."""
    moderator, local, senior = users["moderator"], users["local"], users["senior"]
    number = {row.title: row.pk for row in Listing.objects.filter(status="pending")}
    etiquette, packing, promo = (
        number["商场礼仪迎宾"],
        number["工厂打包夜班"],
        number["周末扫码推广员"],
    )
    note = add_case_note(
        LISTING, etiquette, moderator, "打过电话，对方说身高是商场要求的，已经告诉他不能限性别。"
    )
    CaseNote.objects.filter(pk=note.pk).update(created_at=timezone.now() - 26 * HOUR)
    add_case_note(LISTING, packing, local, "夜班有夜宵和休息，工资按小时，比最低小时工资高。")
    defer_case(LISTING, [promo], moderator, 2, "等单位回电话，问扫的是哪个软件")
    escalate_cases(LISTING, [packing], local, "写了“夫妻优先”，拿不准算不算限制婚姻状况")
    link = CaseLink(LISTING, etiquette, "商场礼仪迎宾", f"/admin/desk/listings/{etiquette}/")
    ask_colleague(link, local, senior, "限女生的礼仪，商场说是模特走秀，能不能通过？")
    claim_case(LISTING, number["标书装订帮手"], local)


def _look_again(users):
    """A sample of approvals; the senior moderator has looked at some of it, and disagrees once."""
    for percent, days in ((5, 90), (8, 12)):
        SecondLookShare.objects.create(
            percent=percent, set_by=users["operator"], created_at=timezone.now() - days * DAY
        )
    decisions = Decision.objects.filter(kind=LISTING, action="published").exclude(event=None)
    approvals = decisions.order_by("-pk")[:DRAWN]
    listings = Listing.objects.in_bulk([approval.number for approval in approvals])
    looks = [
        SecondLook.objects.create(
            listing=listings[approval.number],
            revision=listings[approval.number].revisions.first(),
            event=approval.event or 0,
            by_machine=False,
            approver=approval.moderator,
            approved_at=approval.created_at,
        )
        for approval in approvals
    ]
    for look in looks[:JUDGED]:
        agrees = look is not looks[0]
        words = "" if agrees else "没写谁管来回的路费，该先问一句。"
        make_decision(
            CaseKind.SECOND, look.pk, "agree" if agrees else "disagree", users["senior"], words
        )


def _search_journal(users):
    employer = Employer.objects.filter(status="frozen").latest("pk")
    searches = (
        ("support", "0743-55588123", "有人打电话来说交了钱", 4),
        ("auditor", f"用户 {users['local'].pk}", "每月抽查：看材料的次数", 2),
        ("operator", f"单位 {employer.pk}", "公安来电，核对注册信息", 1),
    )
    for kind, typed, reason, days in searches:
        search = record_search(users[kind], typed, reason)
        at = timezone.now() - days * DAY
        JournalSearch.objects.filter(pk=search.pk).update(created_at=at)
        if kind == "auditor":
            JournalExport.objects.create(
                search=search,
                by=users[kind],
                form="table",
                reason="附在月报后面",
                created_at=at + HOUR,
            )


def _change_settings(operator):
    """Each with a reason, old and new value, as the forms write it."""
    now = timezone.now()
    limit = DECLARED["reports_a_day"]
    row = LimitSetting(name=limit.name, value=20)
    row.save()
    _record_past_change(
        operator, row, {limit.label: [str(limit.shipped), "20"]}, "有人一天乱举报几十条", 9
    )
    announcement = Announcement.objects.create(
        text="中秋假期审核照常，最晚当天晚上十点前看完。",
        starts_at=now - 8 * DAY,
        ends_at=now - 5 * DAY,
    )
    _record_past_change(
        operator, announcement, {"文字": ["空", announcement.text]}, "告诉招聘单位假期也有人", 8
    )
    description = PlaceDescription.objects.create(
        region=require_region(433130),  # 龙山县
        words="里耶和县城两头招人：景区周末缺讲解和检票，县城多是餐饮、超市和分拣。",
    )
    changes = {"介绍": ["空", description.words]}
    _record_past_change(operator, description, changes, "龙山的兼职多起来了", 7)
    blocked_item = BlockedItem.objects.create(
        kind="word",
        shown="招募刷手",
        effect="queue",
        reason="最近几条刷单都这么写",
        added_at=now - 6 * DAY,
    )
    _record_past_change(
        operator,
        blocked_item,
        {"怎么办": ["空", blocked_item.get_effect_display()]},
        blocked_item.reason,
        6,
    )
    if site := Operator.objects.first():
        former = site.complaints_phone.replace("02", "09")
        change = {"投诉电话": [former, site.complaints_phone]}
        _record_past_change(operator, site, change, "换了新的座机", 3)


def _record_past_change(operator, row, changes, reason, days):
    record_change(operator, row, changes, reason)
    entry = LogEntry.objects.latest("pk")
    LogEntry.objects.filter(pk=entry.pk).update(action_time=timezone.now() - days * DAY)


def _fail_to_send(seeker):
    """A mail that was refused for the last time, and the job that the worker gave up with it."""
    Mail.objects.create(
        key="demo-refused",
        to=seeker.email,
        subject="报名有了结果",
        text="你报名的兼职有了结果，登录看看。",
        tries=MAX_SEND_TRIES,
        not_before=timezone.now() - HOUR,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts)"
            " VALUES ('default', %s, '{}', 'failed', 4)",
            [TASK],
        )
