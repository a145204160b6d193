"""How a sign-up reads: its state with a colour and a word, what comes next, its history."""

from listings.applications.availability import choose_fit_colour, describe_fit
from listings.choices import ApplicationStatus as S
from listings.choices import Education, ListingStatus
from listings.detail.detail_context import ENDED, GONE, HELD, HIDDEN, get_public_state
from listings.models import Application, Listing
from listings.vocabulary.age_limits import GROWN
from sitekit.forms.phone_numbers import format_phone

COLOURS: dict[str, str] = {S.ACCEPTED: "g", S.DONE: "g", S.NO_SHOW: "a"}
NEXT: dict[str, str] = {
    S.APPLIED: "等招聘单位回复，有消息会发站内信。这期间谁让你先交钱，都别交。",
    S.ACCEPTED: "先联系好时间和地点再去。去不了就早点取消，让别人补上。",
    S.DECLINED: "这次没成。再看看别的，合适的多报几个。",
    S.WITHDRAWN: "取消了就不能再报这一份了，别的都可以报。",
    S.DONE: "做完了，辛苦。写句评价，会帮到后来的人。",
    S.NO_SHOW: "单位记了你没到岗。不是这么回事的话，在评价里说清楚。",
}
FRAUD = "查实是骗局：别再和对方联系，别转钱。已经付了钱，马上打 110。"
_LISTING_STATES: dict[str, str] = {
    ENDED: "现在不招人了",
    HELD: "正在核查",
    GONE: "已经不在了",
    HIDDEN: "没有公开",
}
_STEPS: dict[str, tuple[str, str]] = {  # as the seeker and as the employer reads it
    S.APPLIED: ("你报了名", "报了名"),
    S.ACCEPTED: ("招聘单位录用了你", "录用了"),
    S.DECLINED: ("招聘单位没有录用", "没有录用"),
    S.WITHDRAWN: ("你取消了报名", "自己取消了"),
    S.DONE: ("招聘单位记了做完", "记了做完"),
    S.NO_SHOW: ("招聘单位记了未到岗", "记了未到岗"),
}


def attach_application_display(application: Application) -> Application:
    """Give it the words and the colour of its state, and what is known of its listing."""
    application.colour = COLOURS.get(application.status, "")  # type: ignore[attr-defined]
    application.next = NEXT[application.status]  # type: ignore[attr-defined]
    state = get_public_state(application.listing)
    application.listing_words = _LISTING_STATES.get(state, "")  # type: ignore[attr-defined]
    if is_fraud(application.listing):
        application.next = FRAUD  # type: ignore[attr-defined]
        application.listing_words = "因涉诈下架了"  # type: ignore[attr-defined]
    return application


def is_fraud(listing: Listing) -> bool:
    return listing.status == ListingStatus.REMOVED_FRAUD


def dress_for_employer(application: Application) -> Application:
    """What was handed over, in words; once it came to nothing the ways to reach them go. Of a
    fraud's victims nothing is left."""
    attach_application_display(application)
    application.is_closed = is_fraud(application.listing)  # type: ignore[attr-defined]
    given = {} if application.is_closed else application.profile  # type: ignore[attr-defined]
    over = application.status in (S.DECLINED, S.WITHDRAWN)
    unnamed = "报名的人" if application.is_closed else "没有写称呼"  # type: ignore[attr-defined]
    application.name = given.get("name") or unnamed  # type: ignore[attr-defined]
    application.phone = "" if over else given.get("phone", "")  # type: ignore[attr-defined]
    application.shown_phone = format_phone(application.phone)  # type: ignore[attr-defined]
    application.wechat = "" if over else given.get("wechat", "")  # type: ignore[attr-defined]
    application.facts = _facts(given)  # type: ignore[attr-defined]
    hours = application.listing.slots, given.get("slots", 0)
    application.match_colour = choose_fit_colour(*hours)  # type: ignore[attr-defined]
    application.match = describe_fit(*hours)  # type: ignore[attr-defined]
    return application


def _facts(given):
    education = given.get("education", Education.NONE)
    facts = [given.get("region", "")]
    if education != Education.NONE and education in Education.values:
        facts.append(Education(education).label)
    facts.append(f"满 {GROWN} 岁" if given.get("grown") else f"未确认满 {GROWN} 岁")
    return [fact for fact in facts if fact]


def build_application_timeline(application: Application, side: str) -> list[dict]:
    """What happened, oldest first."""
    return [
        {
            "words": _STEPS[event.after][side != "seeker"],
            "reason": event.reason,
            "at": event.created_at,
        }
        for event in application.events.order_by("pk")
    ]
