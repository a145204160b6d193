"""Reports at the moderators' desk: the queue by the clock, what can be decided of one."""

from django.db.models import Case, Count, IntegerField, Min, Q, Value, When, Window

from listings.choices import ListingStatus
from safety import reports
from safety.choices import ASKED_FOR_MONEY, CaseKind
from safety.choices import ReportStatus as S
from safety.deciding import Deed, Refused, register
from safety.models import Report, ReportEvent

LABELS = {S.UPHELD: "属实", S.DISMISSED: "不成立"}
STALE = "这份举报刚刚有了变化。请重新看一遍再决定。"
MOST = 200
_ALSO = "also-"
# Held by what visitors said: nobody has looked at it yet, and it may be wrong.
_HELD = Case(
    When(listing__status=ListingStatus.HELD, reason__in=list(ASKED_FOR_MONEY), then=Value(0)),
    default=Value(1),
    output_field=IntegerField(),
)
_THING = ("listing_id", "article_id")


def waiting():
    return Report.objects.filter(status__in=reports.OPEN).order_by()


def groups():
    """What was reported, a row each: listings held by reports first, then by the clock."""
    return (
        waiting()
        .values(*_THING)
        .annotate(held=Min(_HELD), due=Min("due_at"), first=Min("pk"), count=Count("pk"))
        .order_by("held", "due", "first")
    )


def in_order():
    """Every report that waits, in the order of its group, then by its own clock."""
    return (
        waiting()
        .annotate(
            held=Window(Min(_HELD), partition_by=list(_THING)),
            due=Window(Min("due_at"), partition_by=list(_THING)),
        )
        .order_by("held", "due", *_THING, "due_at", "pk")
    )


def others_on(row: Report):
    """All other reports on the same thing, those that wait first."""
    same = Report.objects.filter(listing=row.listing_id, article=row.article_id)
    is_open = Case(
        When(status__in=reports.OPEN, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    return same.exclude(pk=row.pk).order_by(is_open, "-pk")


def record_of(row: Report) -> dict[str, int]:
    """How other reports ended that share a mark with this one: what its reporter is worth."""
    shared = Q()
    for mark in row.marks:
        shared |= Q(marks__contains=[mark])
    if not shared:
        return {}
    found = Report.objects.filter(shared).exclude(pk=row.pk).order_by().values("status")
    return {line["status"]: line["n"] for line in found.annotate(n=Count("pk"))}


def seen(row: Report, others) -> str:
    """What a moderator looked at: another status makes it stale; later reports stay open."""
    last = max([row.pk, *(other.pk for other in others)])
    return f"{row.status}.{last}"


class ReportDesk:
    final: frozenset[str] = frozenset()
    needs_reason: frozenset[str] = frozenset({S.UPHELD, S.DISMISSED})

    def carry_out(self, number, action, moderator, reason, *, seen="", also=False, **_more):
        """With `also`, the same for the others on this thing that were seen with it."""
        row = Report.objects.select_for_update(of=("self",)).filter(pk=number).first()
        if row is None:
            raise Refused("没有这份举报。")
        status, _, last = seen.partition(".")
        if status and status != row.status:
            raise Refused(STALE)
        if action not in LABELS:
            raise Refused("没有这个决定。")
        event = reports.move(row.pk, action, moderator, reason)
        keys = []
        if also and last.isdecimal():
            others = others_on(row).filter(status__in=reports.OPEN, pk__lte=int(last[:18]))
            for other in others.order_by("pk"):
                done = reports.move(other.pk, action, moderator, reason)
                keys.append(f"{_ALSO}{done.pk}")
        return Deed(event.pk, [], row.created_at, keys)

    def undo(self, decision, moderator):
        marks = [key.removeprefix(_ALSO) for key in decision.keys if key.startswith(_ALSO)]
        for event in ReportEvent.objects.filter(pk__in=[decision.event, *marks]).order_by("-pk"):
            reports.undo(event.pk, moderator)

    def name(self, number):
        row = Report.objects.filter(pk=number).first()
        return f"{reports.about(row)}：{row.get_reason_display()}" if row else number

    def queue(self, moderator):
        return in_order().values_list("pk", flat=True)[:MOST]


register(CaseKind.REPORT, ReportDesk())
