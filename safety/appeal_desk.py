"""Appeals at the moderators' desk: the queue by the clock, what can be decided of one."""

from accounts.models import Employer
from listings import pages
from safety import appeals, roles
from safety.choices import AppealStatus as S
from safety.choices import CaseKind
from safety.deciding import Deed, Refused, register
from safety.models import Appeal

LABELS = {S.UPHELD: "支持申诉", S.DISMISSED: "维持原决定"}
STALE = "这份申诉，或者它说的那件事，刚刚有了变化。请重新看一遍再决定。"
MOST = 200


def waiting():
    """Those due first, first."""
    return Appeal.objects.filter(status=S.OPEN).order_by("due_at", "pk")


def seen(appeal: Appeal) -> str:
    return f"{appeal.status}.{appeals.thing_of(appeal).status}"


def obstacles(appeal: Appeal) -> list[str]:
    """What upholding would not do, or can't do yet, and what helps."""
    listing, employer = appeal.listing, appeals.employer_of(appeal)
    found = []
    decision = appeals.contested(appeals.thing_of(appeal))
    if decision is None or decision.against != appeal.against:
        found.append("现在的状态和申诉时不一样了，没有要恢复的：写明现在的情况，维持结案。")
    if listing and pages.is_past(listing):
        found.append("有效期已经过了：恢复以后写着“已过有效期”，单位自己续期才再招人。")
    if listing and employer and not employer.in_good_standing:
        found.append(
            f"单位现在是「{employer.get_status_display()}」：支持以后，要等单位认证有效，它才会公开。"
        )
    return found


def consequences(appeal: Appeal) -> list[str]:
    """What upholding does."""
    if appeal.against == appeals.EDIT:
        words = "被退回的修改马上生效，公开的页面换成改过的内容。"
    elif appeal.against == "removed_fraud":
        words = "这条兼职马上重新公开，里面的联系方式不再算骗局的；收到过提醒的人都收到更正。"
    elif appeal.listing_id:
        words = "这条兼职马上重新公开。"
    elif appeal.against == "frozen":
        words = "单位马上解冻，它的兼职重新公开。"
    else:
        words = "单位回到「审核中」，进单位资料的队列，由人再查一遍。"
    return [words, "单位的人和原来的经办人会收到结果和你写的理由。", "不能撤销。"]


class AppealDesk:
    final: frozenset[str] = frozenset({S.UPHELD})
    needs_reason: frozenset[str] = frozenset({S.UPHELD, S.DISMISSED})

    def carry_out(self, number, action, moderator, reason, *, seen="", **_more):
        appeal = Appeal.objects.select_for_update(of=("self",)).filter(pk=number).first()
        if appeal is None:
            raise Refused("没有这份申诉。")
        if seen and seen != _seen(appeal):
            raise Refused(STALE)
        event = appeals.decide(appeal.pk, action, moderator, reason)
        return Deed(event.pk, [], appeal.created_at)

    def undo(self, decision, moderator):
        appeals.undo(decision.event, moderator)

    def name(self, number):
        appeal = Appeal.objects.select_related("listing", "employer").filter(pk=number).first()
        if appeal is None:
            return number
        thing = appeals.thing_of(appeal)
        return thing.name if isinstance(thing, Employer) else thing.title

    def queue(self, moderator):
        """Not what this moderator decided before."""
        rows = waiting().select_related("decided_by")[:MOST]
        return [row.pk for row in rows if roles.may_decide_appeal(moderator, row.decided_by)]


_seen = seen

register(CaseKind.APPEAL, AppealDesk())
