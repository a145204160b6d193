"""What happened to a listing, in words for its employer; who of the staff did it is not said."""

from accounts.models import EmployerMember
from listings.choices import ListingStatus, RevisionStatus
from listings.models import Listing, RevisionAssessment

_WORDS = {
    "publish": "发布了",
    "approve_edit": "修改通过，已经换上",
    "refuse_edit": "修改没有通过",
    "submit_edit": "交了一版修改，等审核",
    ListingStatus.DRAFT: "拿回来改",
    ListingStatus.PENDING: "交上来，等审核",
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


def list_listing_history(listing: Listing) -> list[dict]:
    """Newest first. Two queries."""
    members = set(
        EmployerMember.objects.filter(employer=listing.employer_id).values_list("user", flat=True)
    )
    return [
        {
            "at": event.created_at,
            "words": _words(event),
            "who": _who(event, members),
            "reason": event.reason,
        }
        for event in _lasting(listing.events.select_related("actor"))
    ]


def _lasting(events):
    """Without what was undone within its minute: it never came to be, and nobody was told."""
    undone = False
    for event in events:  # newest first
        if not undone and event.action != "undo":
            yield event
        undone = event.action == "undo"


def _words(event):
    if event.action == "publish" and event.before in (ListingStatus.PAUSED, ListingStatus.FILLED):
        return "重新开放"
    if event.action == "publish" and event.before == ListingStatus.HELD:
        return "核查完，恢复公开"
    return _WORDS.get(event.action, ListingStatus(event.after).label)


def _who(event, members):
    if event.actor_id is None:
        return "自动"
    return (event.actor.name or "你们") if event.actor_id in members else "审核员"


def get_refusal_reasons(listing: Listing) -> dict | None:
    """Why it was stopped, or it or the last edit of it refused: a person's words, or the reasons
    of the check."""
    if listing.status in STOPPED:
        event = listing.events.filter(action=listing.status).first()
        words = event.reason if event else ""
        return {"title": STOPPED[listing.status], "words": words, "reasons": []} if words else None
    edit = listing.status not in (ListingStatus.REJECTED, ListingStatus.DRAFT)
    revision = listing.revisions.first()
    if revision is None or revision.status != RevisionStatus.REFUSED:
        return None
    action = "refuse_edit" if edit else ListingStatus.REJECTED
    title = "上次的修改没有通过" if edit else "没有通过"
    event = listing.events.filter(action=action).first()
    if event is not None and event.actor_id is not None:  # a person's
        return {"title": title, "words": event.reason, "reasons": []}
    assessed = RevisionAssessment.objects.filter(revision=revision).first()
    return {
        "title": title,
        "words": "" if assessed else event.reason if event else "",
        "reasons": assessed.reasons if assessed else [],
    }
