"""The history of a listing in words for its employer. It does not name the staff."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from accounts.models import EmployerMember, User
from listings.choices import LISTING_ACTION_LABELS, SETTING_ACTIONS, ListingStatus, RevisionStatus
from listings.models import Listing, ListingEvent

_WORDS = {
    "publish": "发布",
    "approve_first": "一位审核员通过了，等另一位",
    "approve_edit": "修改通过，已经换上",
    "refuse_edit": "修改没有通过",
    "release": "核查完，和停下以前一样",
    "return": "申诉成立，重新等审核",
    "submit_edit": "提交了一版修改，待审核",
    "ask": "提了问题",
    "reply": "回复了审核员",
    ListingStatus.DRAFT: "拿回来改",
    ListingStatus.PENDING: "提交，待审核",
    ListingStatus.REJECTED: "没有通过",
    ListingStatus.HELD: "暂停公开，正在核查",
    ListingStatus.PAUSED: "暂停",
    ListingStatus.FILLED: "标为招满",
    ListingStatus.WITHDRAWN: "撤回",
    ListingStatus.REMOVED: "下架",
    ListingStatus.REMOVED_FRAUD: "因涉诈下架",
}
STOPPED: dict[str, str] = {
    ListingStatus.HELD: "暂停公开的原因",
    ListingStatus.REMOVED: "下架的原因",
    ListingStatus.REMOVED_FRAUD: "下架的原因",
}


class ListingHistoryLine(NamedTuple):
    at: datetime
    words: str
    who: str
    reason: str


class RefusalReasons(NamedTuple):
    """Either `words` of a moderator or `reasons` of the automatic check, as they are stored with the assessment."""

    title: str
    words: str
    reasons: list[dict[str, Any]]


def list_listing_history(listing: Listing) -> list[ListingHistoryLine]:
    """Return the events, newest first. Two queries."""
    members = set(
        EmployerMember.objects.filter(employer=listing.employer_id).values_list("user", flat=True)
    )
    return [
        ListingHistoryLine(
            at=event.created_at,
            words=_describe_event(event),
            who=_describe_actor(event, members),
            reason=event.reason,
        )
        for event in _skip_undone(listing.events.select_related("actor"))
    ]


def _skip_undone(events: Iterable[ListingEvent]) -> Iterator[ListingEvent]:
    """Yield the events without undone ones, because nobody was notified of those."""
    undone = False
    for event in events:  # newest first
        if event.action in SETTING_ACTIONS:  # an undo passes them over
            yield event
            continue
        if not undone and event.action != "undo":
            yield event
        undone = event.action == "undo"


def _describe_event(event: ListingEvent) -> str:
    if event.action == "publish" and event.before in (ListingStatus.PAUSED, ListingStatus.FILLED):
        return "重新开放"
    if event.action == "publish" and event.before == ListingStatus.HELD:
        return "核查完，不再暂停"
    words = _WORDS.get(event.action) or LISTING_ACTION_LABELS.get(event.action)
    return words or ListingStatus(event.after).label


def _describe_actor(event: ListingEvent, members: set[int]) -> str:
    actor = event.actor
    if actor is None:
        return "系统"
    if actor.pk in members:
        return name_colleague(actor)
    return "审核员" if actor.is_staff else f"{name_colleague(actor)}（已离开）"


def name_colleague(user: User) -> str:
    return user.name or "没写姓名的同事"


def get_refusal_reasons(listing: Listing) -> RefusalReasons | None:
    """Return why the listing was stopped, or why it or its last edit was refused; None if neither is the case."""
    if listing.status in STOPPED:
        event = listing.events.filter(action=listing.status).first()
        words = event.reason if event else ""
        return RefusalReasons(STOPPED[listing.status], words, []) if words else None
    is_edit = listing.status not in (ListingStatus.REJECTED, ListingStatus.DRAFT)
    revision = listing.revisions.first()
    if revision is None or revision.status != RevisionStatus.REFUSED:
        return None
    action = "refuse_edit" if is_edit else ListingStatus.REJECTED
    title = "上次的修改没有通过" if is_edit else "没有通过"
    event = listing.events.filter(action=action).first()
    is_by_moderator = event is not None and event.actor_id is not None
    if not is_by_moderator and hasattr(revision, "assessment"):
        return RefusalReasons(title, "", revision.assessment.reasons)
    return RefusalReasons(title, event.reason if event else "", [])
