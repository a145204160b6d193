"""What a moderator can decide of a listing, and what its people are told."""

from django.db.models import Q
from django.urls import reverse

from accounts.member_notices import MemberMessage, build_member_messages
from listings import completeness, transitions
from listings.choices import ListingStatus as S
from listings.choices import RevisionStatus
from listings.models import Listing, ListingDraft, RevisionAssessment
from safety.aftercare import cases as aftercare
from safety.choices import CaseKind
from safety.deciding import Deed, Refused, register
from safety.desk import cases

LABELS = {
    S.PUBLISHED: "通过",
    "approve_edit": "通过修改",
    S.REJECTED: "不通过",
    "refuse_edit": "不通过修改",
    "restore": "恢复",
    S.HELD: "风险暂停",
    S.REMOVED: "下架",
    S.REMOVED_FRAUD: "涉诈下架",
}
_STOPS = (S.HELD, S.REMOVED, S.REMOVED_FRAUD)
_BESIDE = (*_STOPS, S.WITHDRAWN)
STALE = "这件刚刚有了变化（作者改了文字，或者别人处理过）。请重新看一遍再决定。"


def actions(listing, has_text: bool) -> tuple[str, ...]:
    """What may be decided as it stands; appeals have a queue of their own."""
    if listing.status == S.PENDING:
        return (S.PUBLISHED, S.REJECTED)
    if listing.status == S.HELD:
        return ("restore", S.REMOVED, S.REMOVED_FRAUD)
    if listing.status in transitions.IN_PUBLIC:
        return ("approve_edit", "refuse_edit", *_STOPS) if has_text else _STOPS
    if listing.status == S.DRAFT and _is_by_staff(listing):
        return (S.PUBLISHED,)
    return ()


def _is_by_staff(listing):
    """Added in the admin: approved as it was written, and nobody else's draft."""
    is_draft = ListingDraft.objects.filter(listing=listing).exists()
    return not is_draft and listing.revisions.filter(status=RevisionStatus.APPROVED).exists()


def seen(listing, text) -> str:
    """What a moderator looked at: another status, text or event makes it stale."""
    last = listing.events.order_by("-pk").values_list("pk", flat=True).first()
    return state(listing.status, text and text.pk, last)


def state(status, text, last_event) -> str:
    return f"{status}.{text or 0}.{last_event or 0}"


def waiting_text(listing):
    return listing.revisions.filter(status=RevisionStatus.WAITING).first()


def text_at_issue(listing):
    """The text that is decided with the case, if any. Of a held listing it is what was public that
    comes back: an edit that waits beside it is looked at afterwards. With one that was removed
    nothing is decided."""
    return None if listing.status in _BESIDE else waiting_text(listing)


def assessment_of(listing, text=None):
    """Of this text; without one, of what was handed in last and is decided."""
    decided = ~Q(revision__status=RevisionStatus.WAITING)
    of_it = Q(revision=text) if text is not None else decided
    rows = RevisionAssessment.objects.filter(of_it, revision__listing=listing)
    return rows.order_by("-pk").first()


def known(listing, text=None, assessment=None) -> dict[str, str]:
    """What fills the gaps of a canned reason."""
    text = text or text_at_issue(listing)
    assessment = assessment or assessment_of(listing, text)
    said = [one.get("words", "").rstrip("。") for one in (assessment.reasons if assessment else [])]
    content = text or listing
    return {
        "title": content.title,
        "employer": listing.who,
        "missing": "、".join(completeness.missing(content)),
        "found": "；".join(said),
        "cure": "改好后再提交就行。",
    }


class ListingDesk:
    final: frozenset[str] = frozenset({S.REMOVED_FRAUD})
    needs_reason: frozenset[str] = frozenset({S.REJECTED, "refuse_edit", *_STOPS})

    def carry_out(self, number, action, moderator, reason, *, fraud_type="", seen="", **_more):
        """The listing and its waiting text are locked first: a text submitted meanwhile waits
        until this one is decided, or makes what was seen stale. What a removal for fraud brings
        with it happens in the same transaction."""
        if action == S.REMOVED_FRAUD:
            aftercare.lock(number)
        listing = Listing.objects.select_for_update(of=("self",)).filter(pk=number).first()
        if listing is None:
            raise Refused("没有这条兼职。")
        texts = listing.revisions.select_for_update(of=("self",))
        text = texts.filter(status=RevisionStatus.WAITING).first()
        if seen and seen != _seen(listing, text):
            raise Refused(STALE)
        if action not in actions(listing, text is not None):
            raise Refused(f"「{listing.get_status_display()}」的兼职现在不能这样处理。")
        since = _since(listing, text)
        moved = _move(listing, action, moderator, reason, fraud_type)
        if action == S.REMOVED_FRAUD:
            held = aftercare.follow(moved, moderator, reason).held
            reason += f"\n你们另外 {held} 条兼职先收起来，逐条重新看过再恢复。" if held else ""
        return Deed(moved.last_event.pk, _build_notices(moved, action, reason), since)

    def undo(self, decision, moderator):
        transitions.undo(decision.event, moderator)

    def name(self, number):
        return Listing.objects.filter(pk=number).values_list("title", flat=True).first() or number

    def queue(self, moderator):
        return cases.waiting().values_list("pk", flat=True)[:200]


_seen = seen


def _move(listing, action, moderator, reason, fraud_type):
    match action:
        case "approve_edit":
            return transitions.approve_edit(listing.pk, moderator, reason)
        case "refuse_edit":
            return transitions.refuse_edit(listing.pk, moderator, reason)
        case "restore":
            return transitions.restore(listing.pk, moderator, reason)
        case _:
            return transitions.move(listing.pk, action, moderator, reason, fraud_type)


def _since(listing, text):
    if listing.status == S.HELD:
        return listing.events.order_by("-pk").values_list("created_at", flat=True).first()
    return text.created_at if text else None


def _build_notices(listing, action, reason):
    """To everybody who acts for the employer; a repost has nobody to tell."""
    if listing.employer_id is None:
        return []
    title, words, where, button = _message(listing, action, reason)
    return build_member_messages(listing.employer, MemberMessage("", title, words, where, button))


def _message(listing, action, reason):
    """(title, text, address, button): what happened, why, what to do now."""
    name = f"「{listing.title}」"
    own = reverse("listings:manage", args=[listing.pk])
    appeal = reverse("safety:appeal_listing", args=[listing.pk])
    again = "觉得处理得不对，可以在兼职页面上申诉。"
    match action:
        case S.PUBLISHED | "restore":
            if listing.employer.in_good_standing:
                words = "通过审核，已经公开" if action == S.PUBLISHED else "核实完毕，重新公开"
            else:
                words = "通过审核，等单位认证有效时就会公开"
            return f"{name}{words}", reason, own, "去看看"
        case "approve_edit":
            return f"{name}的修改通过了", reason, own, "去看看"
        case S.REJECTED:
            return f"{name}没有通过审核", f"{reason}\n改好后再提交就行。{again}", own, "去修改"
        case "refuse_edit":
            words = f"{reason}\n原来的内容仍然公开，改好后再提交就行。"
            return f"{name}的修改没有通过", words, own, "去修改"
        case S.HELD:
            words = f"{reason}\n核实期间不公开，核实完会告诉你结果。"
            return f"{name}已暂停，正在核实", f"{words}觉得不对可以申诉。", appeal, "申诉"
        case _:
            words = f"{reason}\n觉得处理得不对可以申诉，由另一位审核员来看。"
            return f"{name}已经下架", words, appeal, "申诉"


register(CaseKind.LISTING, ListingDesk())
