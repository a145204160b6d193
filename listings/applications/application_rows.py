"""How an application is displayed: its state in words and colour, the next step, its history."""

from collections.abc import Callable
from typing import Any

from accounts.employers.registration import SANCTIONED_STATUSES
from listings.choices import ApplicationStatus as S
from listings.choices import Education, ListingStatus
from listings.detail.detail_context import (
    HELD,
    LIVE,
    PUBLIC_STATE_WORDS,
    SAFE_STATES,
    describe_hold,
    get_public_state,
    get_state_for_applicants,
)
from listings.models import Application
from listings.vocabulary.age_limits import ADULT_AGE_YEARS
from listings.vocabulary.work_slots import ANY_TIME
from sitekit.forms.phone_numbers import format_phone

STATUS_COLOURS: dict[str, str] = {S.ACCEPTED: "g", S.DONE: "g", S.NO_SHOW: "a"}
NEXT_STEP_WORDS: dict[str, str] = {
    S.APPLIED: "等招聘单位回复，有消息会发站内信。这期间谁让你先交钱，都别交。",
    S.ACCEPTED: "先联系好时间和地点再去。去不了就早点取消，让别人补上。",
    S.DECLINED: "这次没成。再看看别的，合适的多报几个。",
    S.WITHDRAWN: "取消了就不能再报这一份了，别的都可以报。",
    S.DONE: "做完了，辛苦。写句评价，会帮到后来的人。",
    S.NO_SHOW: "单位记了你没到岗。不是这么回事的话，在评价里说清楚。",
}
# These replace the ones above once the seeker has rated.
_RATED: dict[str, str] = {
    S.DONE: "做完了，辛苦。你的评价写好了。",
    S.NO_SHOW: "单位记了你没到岗。你的评价写好了。",
}
_AHEAD: dict[str, tuple[str, ...]] = {
    S.APPLIED: ("等单位回复", "录用后联系好时间地点", "做完互相评价"),
    S.ACCEPTED: ("按说好的时间到岗", "做完互相评价"),
}
# Where its seeker reads what to do and gets the evidence, "" if they were not warned. Warnings belong to an
# app above, which adds its function here.
WARNING_FINDERS: list[Callable[[Application], str]] = []
# For a listing that its employer withdrew.
_WITHDRAWN_LISTING: dict[str, str] = {
    S.APPLIED: "招聘单位撤回了这份活，不会再录用人了。看看别的吧。",
    S.ACCEPTED: "招聘单位撤回了这份活。先跟对方问清楚还去不去，再出门。",
}
UNSAFE = "先别去，也别交任何钱；已经交了，打 110。"
FRAUD = "查实是骗局：别再和对方联系，别转钱。已经付了钱，马上打 110。"
_STEPS: dict[str, str] = {
    S.APPLIED: "报名成功",
    S.ACCEPTED: "招聘单位录用了你",
    S.DECLINED: "招聘单位没有录用",
    S.WITHDRAWN: "你取消了报名",
    S.DONE: "招聘单位确认已完成",
    S.NO_SHOW: "招聘单位记了未到岗",
}


def attach_application_display(application: Application) -> Application:
    """Set the words and the colour of the sign-up's state, and those of its listing. `has_rated`: its seeker has
    rated.

    `shown_status` is the state that matters most to the seeker: that of the listing if it is held or gone, else
    that of the sign-up.
    """
    application.colour = STATUS_COLOURS.get(application.status, "")
    application.shown_status = application.get_status_display()
    application.is_closed = application.listing.status == ListingStatus.REMOVED_FRAUD
    application.is_unsafe, application.listing_words = application.is_closed, ""
    if application.is_closed:
        application.next, application.shown_status = FRAUD, "因涉诈下架"
        return application
    words = NEXT_STEP_WORDS | (_RATED if getattr(application, "has_rated", False) else {})
    application.next = words[application.status]
    state = get_state_for_applicants(application.listing)
    if state not in SAFE_STATES and application.status in _AHEAD:
        application.next, application.is_unsafe = UNSAFE, True
        application.shown_status = f"兼职{PUBLIC_STATE_WORDS[state]}"
        if state == HELD:
            application.shown_status = describe_hold(application.listing).shown_status
    elif application.listing.status == ListingStatus.WITHDRAWN:
        application.listing_words = "被招聘单位撤回了"
        application.next = _WITHDRAWN_LISTING.get(application.status, application.next)
    elif state != LIVE:
        application.listing_words = PUBLIC_STATE_WORDS[state]
        if state == HELD:
            application.listing_words = describe_hold(application.listing).listing_words
    return application


def find_warning_path(application: Application) -> str:
    """Return the address of the fraud warning that the seeker got, "" if there was none. At most one query."""
    if not application.is_closed:
        return ""
    paths = (find_path(application) for find_path in WARNING_FINDERS)
    return next(filter(None, paths), "")


def attach_employer_display(application: Application) -> Application:
    """Set also what was handed over; contacts only while it is open or accepted.

    If the listing is removed for fraud, the employer sees nothing of the seeker; while the employer
    itself is frozen or banned, no contact of anybody.
    """
    attach_application_display(application)
    profile = {} if application.is_closed else application.profile
    employer = application.listing.employer
    application.is_shut = employer is not None and employer.status in SANCTIONED_STATUSES
    is_over = application.is_shut or application.status in (S.DECLINED, S.WITHDRAWN)
    unnamed = "报名的人" if application.is_closed else "没有写称呼"
    application.name = profile.get("name") or unnamed
    application.phone = "" if is_over else profile.get("phone", "")
    application.shown_phone = format_phone(application.phone)
    application.wechat = "" if is_over else profile.get("wechat", "")
    application.facts = _list_facts(profile)
    is_open = application.status in (S.APPLIED, S.ACCEPTED)  # later nobody asks whether hours fit
    slots, free = application.listing.slots, profile.get("slots", 0)
    application.match, application.match_colour = describe_fit(slots, free) if is_open else ("", "")
    application.fit_share = compute_fit_share(slots, free)
    return application


def attach_note(application: Application) -> Application:
    """Set the note of the employer, which must have been read with the sign-up, and who wrote it."""
    note = None if application.is_closed else getattr(application, "note", None)
    application.note_words = note.words if note else ""
    application.note_author = (note.author.name or "没写姓名的同事") if note else ""
    return application


def _list_facts(profile: dict[str, Any]) -> list[str]:
    education = profile.get("education", Education.NONE)
    facts = [profile.get("region", "")]
    if education != Education.NONE and education in Education.values:
        facts.append(Education(education).label)
    facts.append(
        f"满 {ADULT_AGE_YEARS} 岁" if profile.get("grown") else f"未确认满 {ADULT_AGE_YEARS} 岁"
    )
    return [fact for fact in facts if fact]


def compute_fit_share(needed: int, free: int) -> float:
    """Return how much of the needed slots is free, from 0 to 1; all of it if none is named."""
    if not needed or free == ANY_TIME:
        return 1.0
    return (needed & free).bit_count() / needed.bit_count()


def describe_fit(needed: int, free: int) -> tuple[str, str]:
    """Return how the free slots fit in words, and the colour of the chip, which may be empty."""
    needed_count = needed.bit_count()
    if not needed_count:
        return "时间不限，都合适", "g"
    fitting_count = needed_count if free == ANY_TIME else (needed & free).bit_count()
    if fitting_count == needed_count:
        return "时间完全匹配", "g"
    if not fitting_count:
        return "时段都对不上", "a"
    return f"有空 {fitting_count}/{needed_count} 个时段", ""


def build_application_timeline(application: Application) -> list[dict[str, Any]]:
    """Return the past events, oldest first, in words for the seeker, then the usual next steps.

    There are no next steps if something speaks against going there.
    """
    past_steps = [
        {"words": _STEPS[event.after], "reason": event.reason, "at": event.created_at}
        for event in application.events.order_by("pk")
    ]
    if get_public_state(application.listing) not in SAFE_STATES:
        return past_steps
    return past_steps + [{"words": words} for words in _AHEAD.get(application.status, ())]
