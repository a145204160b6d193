"""Notices to people whose sign-up cannot go on because the listing was held or removed, or its employer was frozen
or banned; and notices that tell how that ended. Removals for fraud are told by `safety/aftercare/warnings.py`, listings
that an employer withdraws by `listings/listing_moves/own_moves.py`.

Each person gets one notice for each fraud case and for each stop of a listing: the keys of the notices ensure that. The
notices in the inbox are the only record of who was told. A stop is a hold, or a removal without a hold before it.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db.models import QuerySet
from django.urls import reverse

from accounts.choices import NoticeKind
from accounts.inbox.notices import NoticeMessage, send_notices
from accounts.models import Employer, EmployerEvent, EmployerStatus, Notice
from listings.choices import IN_PUBLIC, ApplicationStatus, ListingStatus
from listings.models import Application, Listing, ListingEvent
from listings.publication.transitions import list_hold_events
from safety.models import FraudCase

TITLE_CHARACTERS_IN_NOTICE = 30  # of a listing's title in the title of a notice
PAUSED_MESSAGE = (
    "发布它的单位，另一条兼职被查实涉诈，所以这条我们也先收起来，重新看一遍。看完以前："
    "别交任何钱，别给证件、银行卡和验证码；约好要去的先别去。"
    "对方催你交钱，把记录截图留好，来举报；已经付了钱，马上打 110。"
)
RELEASED_MESSAGE = (
    "之前停下它，是因为同一单位的另一条兼职。另一位审核员重新看过，认定那条不是骗局，"
    "停下的照原样恢复了，没有取消的报名都还在。谁让你先交钱，还是别交。给你添麻烦了。"
)
WITHDRAWN_MESSAGE = (
    "发布它的单位，另一条兼职被查实涉诈。这一条单位已经自己撤回：约好要去的先别去，别交任何钱，"
    "别给证件、银行卡和验证码。对方催你交钱，把记录截图留好，来举报；已经付了钱，马上打 110。"
)
WITHDRAWN_RELEASED_MESSAGE = (
    "之前请你先别去，是因为同一单位的另一条兼职。另一位审核员重新看过，认定那条不是骗局。"
    "这一条是单位自己撤回的，没有恢复：还去不去，先和单位说清楚。谁让你先交钱，还是别交。给你添麻烦了。"
)
HELD_MESSAGE = (
    "这条兼职要核实，我们先把它收起来。查清楚以前：别交任何钱，别给证件、银行卡和验证码；约好要去的先别去。"
    "对方催你交钱，把记录截图留好，来举报；已经付了钱，马上打 110。"
)
OF_CASE, OF_HOLD = "是因为同一单位的另一条兼职查实涉诈", "是为了核实"
OF_REMOVAL = "是因为当时认为它不符合发布规则"
REVIEWED_MESSAGE = (
    "之前停下它，{why}。审核员把这一条重新看过，恢复了，没有取消的报名都还在。"
    "去不去你自己定：谁让你先交钱、给证件或验证码，都别给，来举报。"
)
DIRECTLY_REMOVED_MESSAGE = (
    "审核员看过这一条，它不符合发布规则，下架了："
    "不用再等，约好要去的也别去。谁还让你交钱、给证件或验证码，都别给，来举报；已经付了钱，马上打 110。"
)
REMOVED_MESSAGE = "之前停下它，{why}。" + DIRECTLY_REMOVED_MESSAGE.replace(
    "看过这一条", "把这一条重新看过"
)
STILL_HIDDEN_MESSAGE = (
    "之前停下它的事查完了，但发布它的单位{why}，它的兼职都不公开：约好要去的先别去；"
    "别交任何钱，别给证件、银行卡和验证码。被要过钱的来举报，已经付了钱，马上打 110；做过的活没结工钱，打 12333。"
)
FROZEN_MESSAGE = (
    "发布它的单位被冻结了，正在核查，兼职都先收起来。查清楚以前：别交任何钱，别给证件、银行卡和验证码；"
    "约好要去的先别去。被要过钱的来举报，已经付了钱，马上打 110；做过的活没结工钱，打 12333。"
)
FREEZE_ENDED_MESSAGE = (
    "之前请你先别去，是因为发布它的单位被冻结。审核员核查过，解冻了，没有取消的报名都还在。"
    "去不去你自己定：谁让你先交钱、给证件或验证码，都别给，来举报。"
)
BANNED_MESSAGE = (
    "发布它的单位被列入黑名单，兼职都不再公开。约好要去的别去；别交任何钱，别给证件、银行卡和验证码。"
    "被要过钱的来举报，已经付了钱，马上打 110；做过的活没结工钱，打 12333。"
)
BAN_ENDED_MESSAGE = (
    "之前请你别去，是因为发布它的单位被列入黑名单。它的申诉成立，现在重新审核，通过以后兼职才恢复。"
    "去不去你自己定：谁让你先交钱、给证件或验证码，都别给，来举报。"
)
VERIFIED_MESSAGE = (
    "之前请你先别去。发布它的单位又交了资料，现在核对好了，没有取消的报名都还在。"
    "去不去你自己定：谁让你先交钱、给证件或验证码，都别给，来举报。"
)
# How a hold ended, by the status of the listing: the end of the key, the end of the title, and the text. A removal for
# fraud warns everybody by itself.
_ENDINGS: dict[str, tuple[str, str, str]] = {
    **dict.fromkeys(IN_PUBLIC, ("reviewed", "恢复了", REVIEWED_MESSAGE)),
    ListingStatus.REMOVED: ("removed", "下架了", REMOVED_MESSAGE),
}

# Why nobody sees a listing that is not held any more, by the status of its employer.
_HIDDEN_WITH_EMPLOYER: dict[str, str] = {
    EmployerStatus.FROZEN: "还被冻结着，正在核查",
    EmployerStatus.BANNED: "被列入黑名单",
    EmployerStatus.REJECTED: "资料没有通过核对",
}
# These listings are stopped for a reason of their own, so their people are not told that the employer's stop ended.
_REMOVED = (ListingStatus.REMOVED, ListingStatus.REMOVED_FRAUD)
_STOPPED = (ListingStatus.HELD, *_REMOVED)
# A verification ends these. People who were told of a ban have also read that the papers are checked again.
_BEFORE_VERIFICATION = (EmployerStatus.REJECTED, EmployerStatus.BANNED)


@dataclass(frozen=True)
class _SignUpMessage(NoticeMessage):
    is_accepted: bool = False


def count_open_sign_ups(listings: QuerySet[Listing]) -> int:
    """Return how many people would get a notice if these listings were held."""
    return _list_open_sign_ups(listings).values("seeker").distinct().count()


def notify_paused(case: FraudCase, listings: Collection[int]) -> int:
    """Tell the people with an open sign-up for these listings, which the case holds, and the people whose only
    open sign-up is for a listing that the employer had withdrawn; return how many people."""
    key = _build_case_key(case)
    messages = _build_warnings(key, listings, "先停下了", PAUSED_MESSAGE)
    keys = {message.key for message in messages}
    warnings = _build_warnings(key, list_withdrawn(case.listing), "先别去", WITHDRAWN_MESSAGE)
    messages += [warning for warning in warnings if warning.key not in keys]
    return len(_send_for_sign_ups(messages))


def notify_released(case: FraudCase, listings: Collection[int]) -> None:
    """Tell the people whom `notify_paused` told that the case was withdrawn, even if they have withdrawn their
    sign-up since."""
    employer = _find_stopped_employer(case.listing)
    words, text = _describe_return(employer, "恢复了", RELEASED_MESSAGE)
    messages = _build_case_endings(case, listings, "back", words, text)
    messages = _make_warnings_of_employer(messages, employer)
    keys = {message.key for message in messages}
    withdrawn = list_withdrawn(case.listing).values_list("pk", flat=True)
    endings = _build_case_endings(
        case, list(withdrawn), "back", "：那条不是骗局", WITHDRAWN_RELEASED_MESSAGE
    )
    messages += [ending for ending in endings if ending.key not in keys]
    _send_for_sign_ups(messages)


def list_withdrawn(listing: Listing) -> QuerySet[Listing]:
    """Return the listings that the employer of this listing withdrew itself; none for a repost."""
    others = Listing.objects.filter(employer=listing.employer_id, employer__isnull=False)
    return others.filter(status=ListingStatus.WITHDRAWN)


def notify_held(holds: Collection[ListingEvent], wait: timedelta | None = None) -> list[str]:
    """Tell the people with an open sign-up for a held listing, once for each hold; return the keys of the notices."""
    return _send_for_sign_ups(_build_stops(holds, "先停下了", HELD_MESSAGE), wait)


def notify_stop_changed(before: str, listing: Listing, wait: timedelta) -> list[str]:
    """Send the notices about a stop that a moderator begins or ends; return their keys."""
    if listing.status == ListingStatus.HELD != before:
        return notify_held([listing.last_event], wait)
    if listing.status == ListingStatus.REMOVED and before in IN_PUBLIC:
        messages = _build_stops([listing.last_event], "下架了", DIRECTLY_REMOVED_MESSAGE)
        return _send_for_sign_ups(messages, wait)
    return notify_stop_ended(listing, wait) if before == ListingStatus.HELD else []


def notify_stop_ended(listing: Listing, wait: timedelta | None = None) -> list[str]:
    """Tell the people who were told of the stop that it was restored, or removed after a hold; return the keys of
    the notices. They are also told if it is restored after that removal."""
    ending, stop = _ENDINGS.get(listing.status), _find_ended_stop(listing)
    if ending is None or stop is None:
        return []
    key_ending, words, text = ending
    employer = _find_stopped_employer(listing) if listing.status in IN_PUBLIC else None
    words, text = _describe_return(employer, words, text)
    cases = FraudCase.objects.filter(listing__employer=listing.employer_id)
    case = cases.filter(holds__contains=[stop.pk]).first()
    if case is None:
        why = OF_HOLD if stop.after == ListingStatus.HELD else OF_REMOVAL
        sign_ups = Application.objects.filter(listing=listing)
        key, text = _build_stop_key(stop.pk), text.format(why=why)
        messages = _build_endings(key, sign_ups, key_ending, words, text)
    else:
        key_ending, text = f"{key_ending}-{stop.pk}", text.format(why=OF_CASE)
        messages = _build_case_endings(case, [listing.pk], key_ending, words, text)
    return _send_for_sign_ups(_make_warnings_of_employer(messages, employer), wait)


def count_sign_ups_at(employer: Employer) -> int:
    """Return how many people would get a notice if the employer were frozen or banned."""
    return count_open_sign_ups(_list_hidden_with(employer))


def notify_frozen(event: EmployerEvent, wait: timedelta | None = None) -> list[str]:
    """Tell the people whose sign-up with the employer is open; return the keys of the notices."""
    listings = _list_hidden_with(event.employer)
    key = _build_employer_key(event.action, event.pk)
    return _send_for_sign_ups(_build_warnings(key, listings, "先停下了", FROZEN_MESSAGE), wait)


def notify_freeze_ended(employer: Employer, wait: timedelta | None = None) -> list[str]:
    """Tell the people who were told of the last freeze, even if they have withdrawn their sign-up since."""
    event = employer.events.filter(action=EmployerStatus.FROZEN).order_by("-pk").first()
    stopped = employer if employer.status in _HIDDEN_WITH_EMPLOYER else None
    words, text = _describe_return(stopped, "：单位核查完了", FREEZE_ENDED_MESSAGE)
    messages = _build_employer_endings(event, "ended", words, text) if event else []
    return _send_for_sign_ups(_make_warnings_of_employer(messages, stopped), wait)


def notify_verified(employer: Employer, wait: timedelta | None = None) -> list[str]:
    """Tell the people who were told that the employer had not passed or was banned, each once."""
    by_seeker: dict[int, _SignUpMessage] = {}
    for event in employer.events.filter(action__in=_BEFORE_VERIFICATION).order_by("-pk"):
        messages = _build_employer_endings(
            event, "verified", "：单位资料核对好了", VERIFIED_MESSAGE
        )
        for message in messages:
            by_seeker.setdefault(message.user.pk, message)  # the message about the newest event
    return _send_for_sign_ups(_leave_out_sent(by_seeker.values()), wait)


def notify_banned(event: EmployerEvent) -> None:
    """Tell the people whose sign-up with the employer is open. A ban is never undone, so the notices leave at once."""
    listings = _list_hidden_with(event.employer)
    key = _build_employer_key(event.action, event.pk)
    _send_for_sign_ups(_build_warnings(key, listings, "别去了", BANNED_MESSAGE))


def notify_ban_ended(employer: Employer) -> None:
    """Tell the people who were told of the last ban, even if they have withdrawn their sign-up since."""
    event = employer.events.filter(action=EmployerStatus.BANNED).order_by("-pk").first()
    if event:
        words = "：单位的申诉成立"
        _send_for_sign_ups(_build_employer_endings(event, "ended", words, BAN_ENDED_MESSAGE))


def _find_stopped_employer(listing: Listing) -> Employer | None:
    """Return the employer of the listing, read anew, if its status hides all its listings; else None."""
    employers = Employer.objects.filter(listings=listing, status__in=_HIDDEN_WITH_EMPLOYER)
    return employers.first()


def _describe_return(employer: Employer | None, words: str, text: str) -> tuple[str, str]:
    """Return the end of the title and the text of a notice that a hold ended."""
    if employer is None:
        return words, text
    why = _HIDDEN_WITH_EMPLOYER[employer.status]
    return f"还不公开：单位{why}", STILL_HIDDEN_MESSAGE.format(why=why)


def _make_warnings_of_employer(
    messages: list[_SignUpMessage], employer: Employer | None
) -> list[_SignUpMessage]:
    """Give the messages the keys of the notices that say that the employer is stopped, without the people who
    already have that notice. With such a key each person is also told how the stop of the employer ends."""
    if employer is None:
        return messages
    events = employer.events.filter(action=employer.status).order_by("-pk")
    event = events.values_list("pk", flat=True).first()
    key = _build_employer_key(employer.status, event or 0)
    return _leave_out_sent([replace(row, key=f"{key}{row.user.pk}") for row in messages])


def _leave_out_sent(messages: Collection[_SignUpMessage]) -> list[_SignUpMessage]:
    keys = [message.key for message in messages]
    sent = set(Notice.objects.filter(key__in=keys).values_list("key", flat=True))
    return [message for message in messages if message.key not in sent]


def _send_for_sign_ups(messages: list[_SignUpMessage], wait: timedelta | None = None) -> list[str]:
    """Send the messages. People who were accepted also get a text message, as for any change of an agreement."""
    for is_accepted in (True, False):
        group = [message for message in messages if message.is_accepted == is_accepted]
        send_notices(group, kind=NoticeKind.APPLICATION, wait=wait, text_message=is_accepted)
    return [message.key for message in messages]


def _list_hidden_with(employer: Employer) -> QuerySet[Listing]:
    """Return the listings whose applicants cannot see the agreement while the employer is stopped: also withdrawn
    ones, but no removed ones, whose applicants were warned when the listing was removed."""
    return employer.listings.exclude(status__in=_REMOVED)


def _build_case_key(case: FraudCase) -> str:
    return f"paused-{case.pk}-"


def _build_stop_key(stop: int) -> str:
    return f"held-{stop}-"


def _build_employer_key(action: str, event: int) -> str:
    return f"{action}-{event}-"


def _find_ended_stop(listing: Listing) -> ListingEvent | None:
    """Return the stop that the last move ended; for a removal after a hold, that hold."""
    before = listing.last_event.before
    if before == ListingStatus.REMOVED:
        removal = listing.events.filter(action=ListingStatus.REMOVED).order_by("-pk").first()
        if removal is None or removal.before != ListingStatus.HELD:
            return removal
        before = removal.before
    return list_hold_events(listing).first() if before == ListingStatus.HELD else None


def _build_stops(stops: Collection[ListingEvent], words: str, text: str) -> list[_SignUpMessage]:
    stops_by_listing = {stop.listing_id: stop.pk for stop in stops}
    sign_ups = _list_open_sign_ups(list(stops_by_listing)).select_related("seeker", "listing")
    messages = []
    for row in sign_ups.order_by("pk"):
        key = f"{_build_stop_key(stops_by_listing[row.listing_id])}{row.seeker_id}"
        title = f"你报名的{_name_listings([row])}{words}"
        messages.append(_build_notice(key, title, text, [row]))
    return messages


def _build_warnings(
    key: str, listings: QuerySet[Listing] | Collection[int], words: str, text: str
) -> list[_SignUpMessage]:
    by_seeker = _group_by_seeker(_list_open_sign_ups(listings))
    return [
        _build_notice(f"{key}{seeker}", f"你报名的{_name_listings(rows)}{words}", text, rows)
        for seeker, rows in by_seeker.items()
    ]


def _build_endings(
    key: str, sign_ups: QuerySet[Application], key_ending: str, words: str, text: str
) -> list[_SignUpMessage]:
    """Return a message for each person who got the notice whose key begins with `key`."""
    by_seeker = _group_by_seeker(sign_ups)
    keys = {f"{key}{seeker}": seeker for seeker in by_seeker}
    sent_keys = Notice.objects.filter(key__in=keys).values_list("key", flat=True)
    return [
        _build_notice(
            f"{sent_key}-{key_ending}",
            f"{_name_listings(by_seeker[keys[sent_key]])}{words}",
            text,
            by_seeker[keys[sent_key]],
        )
        for sent_key in sorted(sent_keys)
    ]


def _build_employer_endings(
    event: EmployerEvent, key_ending: str, words: str, text: str
) -> list[_SignUpMessage]:
    """Return a message for each person who was told of this event of the employer."""
    sign_ups = Application.objects.filter(listing__employer=event.employer_id)
    key = _build_employer_key(event.action, event.pk)
    going_on = sign_ups.exclude(listing__status__in=_STOPPED)
    return _build_endings(key, going_on, key_ending, words, text)


def _build_case_endings(
    case: FraudCase, listings: Collection[int], key_ending: str, words: str, text: str
) -> list[_SignUpMessage]:
    """Return a message for each person who was told of the hold by any case of the employer: a case that was
    withdrawn may have left its holds to this one."""
    by_seeker = _group_by_seeker(Application.objects.filter(listing__in=listings))
    cases = FraudCase.objects.filter(listing__employer=case.listing.employer_id)
    keys = {f"{_build_case_key(earlier)}{pk}": pk for earlier in cases for pk in by_seeker}
    sent_keys = Notice.objects.filter(key__in=keys).values_list("key", flat=True)
    return [
        _build_notice(
            f"{_build_case_key(case)}{seeker}-{key_ending}",
            f"{_name_listings(by_seeker[seeker])}{words}",
            text,
            by_seeker[seeker],
        )
        for seeker in sorted({keys[key] for key in sent_keys})
    ]


def _list_open_sign_ups(listings: QuerySet[Listing] | Collection[int]) -> QuerySet[Application]:
    is_open = [ApplicationStatus.APPLIED, ApplicationStatus.ACCEPTED]
    rows = Application.objects.filter(listing__in=listings, status__in=is_open)
    return rows.filter(seeker__is_active=True, seeker__closed_at=None)


def _group_by_seeker(applications: QuerySet[Application]) -> dict[int, list[Application]]:
    by_seeker: dict[int, list[Application]] = {}
    for application in applications.select_related("seeker", "listing").order_by("pk"):
        by_seeker.setdefault(application.seeker_id, []).append(application)
    return by_seeker


def _name_listings(applications: list[Application]) -> str:
    name, count = applications[0].listing.title[:TITLE_CHARACTERS_IN_NOTICE], len(applications)
    return f"「{name}」等 {count} 条兼职" if count > 1 else f"「{name}」"


def _build_notice(
    key: str, title: str, text: str, applications: list[Application]
) -> _SignUpMessage:
    first = applications[0]
    address = (
        reverse("listings:my_application", args=[first.pk])
        if len(applications) == 1
        else reverse("listings:my_applications")
    )
    is_accepted = any(sign_up.status == ApplicationStatus.ACCEPTED for sign_up in applications)
    return _SignUpMessage(
        first.seeker, key, title, text, address, "看报名", is_accepted=is_accepted
    )
