"""The public state of a listing by its status, and the context of its page."""

from typing import Any, NamedTuple, TypedDict

from django.db.models import F
from django.urls import reverse

from accounts.models import CheckKind, Employer, EmployerCheck, EmployerKind, EmployerStatus
from cities.directory.regions import get_region
from listings.choices import ListingStatus, Perk, Requirement, SettlementCycle
from listings.detail.appearances import find_appearances
from listings.detail.photos import list_content_photos
from listings.detail.similar_listings import find_similar_listings
from listings.detail.spread_facts import list_spread_facts
from listings.models import Listing
from listings.models.listing_fields import CHOICE_CONDITIONS
from listings.pay_law.pay_findings import describe_pay_comparison, list_pay_notes
from listings.search.cards import build_monogram_context, format_day_range, list_card_facts
from listings.vocabulary.categories import get_address_code
from listings.vocabulary.category_threats import THREATS_OF_ALL_WORK, list_particular_threats
from listings.vocabulary.map_links import build_map_links
from listings.vocabulary.work_slots import DAY_NAMES, build_slot_table
from news.models import Article
from news.pages.hotlines import list_hotline_names
from news.related.fitting_alert import NEIGHBOUR_RANK, find_fitting_alert
from screening.fraud_types import get_fraud_type
from screening.fraud_types.advice import get_advice
from sitekit.web.city_urls import reverse_in_city

LIVE, ENDED, HELD, GONE, HIDDEN = "live", "ended", "held", "gone", "hidden"
# The text is public; seekers may apply, and accepted ones see the contact.
SAFE_STATES = (LIVE, ENDED)
PUBLIC_STATE_WORDS = {
    LIVE: "在招",
    ENDED: "现在不招人了",
    HELD: "正在核查",
    GONE: "已经不在了",
    HIDDEN: "没有公开",
}
_BY_STATUS: dict[str, str] = {
    ListingStatus.FILLED: ENDED,
    ListingStatus.PAUSED: ENDED,
    ListingStatus.HELD: HELD,
    ListingStatus.WITHDRAWN: GONE,
    ListingStatus.REMOVED: GONE,
    ListingStatus.REMOVED_FRAUD: GONE,
}
_HOLDING_STATUSES = (EmployerStatus.FROZEN, EmployerStatus.REJECTED, EmployerStatus.BANNED)


class HoldWords(NamedTuple):
    heading: str
    words: str
    shown_status: str  # of a sign-up for it, and of it among saved ones
    listing_words: str  # after 这份兼职


_IN_EXAMINATION = HoldWords(
    "这条信息正在核查",
    "有人反映了问题，我们先把内容收起来，查清楚再放出来或者下架。如果你已经在和对方联系：先别交钱，别给证件、银行卡和验证码。",
    f"兼职{PUBLIC_STATE_WORDS[HELD]}",
    PUBLIC_STATE_WORDS[HELD],
)
_EMPLOYER_BANNED = HoldWords(
    "发布它的单位已列入黑名单",
    "核实后认定它欺骗或者坑害过求职者，它发布的兼职都不再公开。如果它还在联系你：不要转账、"
    "不要交证件和银行卡；已经付过钱的，马上打 110，再打银行客服止付。",
    "单位已列入黑名单",
    "的单位已列入黑名单",
)
_EMPLOYER_REJECTED = HoldWords(
    "发布它的单位资料没有通过核对",
    "最近一次核对没有通过，它发布的兼职都不显示。已经在联系的：先别交钱，别给证件和银行卡。",
    "单位资料没有通过核对",
    "的单位资料没有通过核对",
)


def get_public_state(listing: Listing | None) -> str:
    """Return LIVE, ENDED (banner, no contact), HELD (no text), GONE (410) or HIDDEN (404)."""
    if listing is None:
        return HIDDEN
    state = _get_state_by_status(listing)
    is_named = listing.employer is None or not _was_never_checked(listing.employer)
    return state if is_named or state != ENDED else HIDDEN


def _get_state_by_status(listing: Listing) -> str:
    if listing.status == ListingStatus.REMOVED_FRAUD and listing.published_at is None:
        return HIDDEN  # removed while it waited: nobody ever saw it
    is_employer_stopped = _is_employer_stopped(listing)
    if listing.status != ListingStatus.PUBLISHED:
        state = _BY_STATUS.get(listing.status, HIDDEN)
        return HELD if state == ENDED and is_employer_stopped else state
    if is_employer_stopped:
        return HELD
    if listing.employer and not listing.employer.is_in_good_standing:
        return ENDED
    return ENDED if listing.is_past_last_day else LIVE


def get_state_for_applicants(listing: Listing) -> str:
    """As `get_public_state`, but a listing that its employer withdrew counts as ended, so that accepted seekers can
    still read what was agreed."""
    if listing.status != ListingStatus.WITHDRAWN:
        return get_public_state(listing)
    return HELD if _is_employer_stopped(listing) else ENDED


def _is_employer_stopped(listing: Listing) -> bool:
    return listing.employer is not None and listing.employer.status in _HOLDING_STATUSES


def _was_never_checked(employer: Employer) -> bool:
    """Whether nobody has compared the employer's name with a document. An unchecked employer could call itself a
    hospital."""
    unverified = (EmployerStatus.UNVERIFIED, EmployerStatus.PENDING)
    return not employer.checked_name and employer.status in unverified


def describe_hold(listing: Listing) -> HoldWords:
    """Return why a held listing is not shown: its employer was banned or rejected, or something is being examined."""
    status = listing.employer.status if listing.employer else ""
    if status == EmployerStatus.BANNED:
        return _EMPLOYER_BANNED
    if status == EmployerStatus.REJECTED and listing.status != ListingStatus.HELD:
        return _EMPLOYER_REJECTED
    return _IN_EXAMINATION


def name_public_state(listing: Listing, state: str) -> str:
    return describe_hold(listing).shown_status if state == HELD else PUBLIC_STATE_WORDS[state]


def format_status_banner(listing: Listing) -> str:
    """Return why nobody can apply any more to a listing that has ended."""
    if listing.status == ListingStatus.FILLED:
        return "这份兼职已经招满了。"
    if listing.status == ListingStatus.PAUSED:
        return "招聘单位暂停了这份兼职。"
    if listing.is_past_last_day:
        return "这份兼职已经过了有效期。"
    return "招聘单位的资料正在复核，这份兼职暂停展示联系方式。"


# Words of the 410 page of a withdrawn or removed listing.
GONE_WORDS: dict[str, str] = {
    ListingStatus.WITHDRAWN: "招聘单位自己撤回了这份兼职。",
    ListingStatus.REMOVED: "这份兼职不符合发布规则，已经下架。",
}


def build_fraud_tombstone_context(listing: Listing) -> dict[str, Any]:
    """Return the kind of fraud, its date and advice, but nothing from the listing itself. One query."""
    moves = listing.events.exclude(before=F("after"))
    events = moves.filter(after=ListingStatus.REMOVED_FRAUD).order_by("-pk")
    fraud_advice = get_advice(listing.fraud_type)
    return {
        "kind": get_fraud_type(listing.fraud_type).known_name,
        "since": events.values_list("created_at", flat=True).first(),
        "advice": fraud_advice,
        "calls": list_hotline_names(fraud_advice.calls),
        "alerts": reverse_in_city("news:alerts_type", listing.site, fraud_type=listing.fraud_type),
        "report": f"/report/listing/{listing.pk}/",
    }


def build_detail_context(listing: Listing, state: str) -> dict[str, Any]:
    """Return the context of a listing's page.

    Three queries: similar listings, other appearances of its text and contact, and an alert unless it is cached.
    """
    context = {
        "listing": listing,
        "state": state,
        "place": listing.place,
        "group": listing.group,
        "kind": listing.kind,
        "kind_code": get_address_code(listing.kind),
        "is_group": listing.kind.code == listing.group.code,
        "similar": find_similar_listings(listing),
    }
    if state == HELD:
        return context | {"hold": describe_hold(listing)}
    appearances = find_appearances(listing)
    return (
        context
        | build_listing_text_context(listing)
        | {
            "firm": describe_firm(listing),
            "fitting_alert": find_near_alert(listing),
            "spread_facts": list_spread_facts(listing, appearances),
            "copy_parts": appearances.copy_parts,
            "banner": format_status_banner(listing) if state == ENDED else "",
        }
    )


def describe_firm(listing: Listing) -> dict[str, Any]:
    """Return the context of `listings/detail/_firm.html`: who offers the work, and what was checked."""
    employer = listing.employer
    place = get_region(employer.region_id) if employer else None
    return build_monogram_context(listing) | {
        "name": listing.who,
        "href": reverse("listings:employer", args=[employer.pk]) if employer else "",
        "facts": list_card_facts(employer),
        "source": listing.source_name,
        "place": place.short_name if place else "",
    }


def find_near_alert(listing: Listing) -> Article | None:
    """Return an alert known in the city, in its province or nearby: about this kind of work, else about any work.

    At most one query.
    """
    particular = list_particular_threats(listing.category)
    return find_fitting_alert(
        listing.site, particular, THREATS_OF_ALL_WORK, farthest=NEIGHBOUR_RANK
    )


def build_listing_text_context(listing: Listing) -> dict[str, Any]:
    """Return the context of the listing's text, which several pages show.

    At most one query for photos, and one for hourly minimums unless they are cached.
    """
    return {
        "where": listing.address_words,
        "work_places": [
            {"words": str(place), "map_links": build_map_links(place)}
            for place in listing.work_places
        ],
        "dates": format_day_range(listing.start_date, listing.end_date or listing.start_date)
        if listing.start_date
        else "随时可以开始",
        "open_end": bool(listing.start_date and not listing.end_date),
        "slot_table": build_slot_table(listing.slots) if listing.slots else [],
        "days": DAY_NAMES,
        "settlement": "面议，谈好再开工，写下来"
        if listing.settlement == SettlementCycle.NEGOTIABLE
        else listing.get_settlement_display(),
        "hourly": format_hourly_pay(listing),
        "pay_comparison": describe_pay_comparison(listing),
        "pay_notes": [note.public_words for note in list_pay_notes(listing)],
        # Label and value of each condition with a choice, if it is set.
        "conditions": [
            (field.label, getattr(listing, f"get_{field.name}_display")())
            for field in CHOICE_CONDITIONS
            if getattr(listing, field.name)
        ],
        "perks": [Perk(perk).label for perk in listing.perks],
        "flags": [Requirement(flag).label for flag in listing.flags],
        "ledger": list_employer_checks(listing.employer),
        "photos": list_content_photos(listing),
    }


def format_hourly_pay(listing: Listing) -> str:
    """Return the pay in yuan an hour if it is stated by day, week or month, else ""."""
    if listing.pay_unit == "hour" or not listing.hourly_fen:
        return ""
    return f"{listing.hourly_fen / 100:.1f}".removesuffix(".0")


_LEDGER: dict[str, tuple[str, str]] = {
    CheckKind.ID_CARD: ("身份证与本人一致", "未核对身份证"),
    CheckKind.LICENCE: ("营业执照与名称一致", "未核对营业执照"),
    CheckKind.PHONE: ("手机是本人接听", "未核对手机"),
    CheckKind.AUTHORISATION: ("有单位的委托书", ""),
    CheckKind.HR_LICENCE: ("有人力资源服务许可证", "未核对人力资源服务许可证"),
    CheckKind.SITE_VISIT: ("去实地看过", "未实地看过"),
}
_EXPECTED: dict[str, tuple[CheckKind, ...]] = {
    EmployerKind.PERSON: (CheckKind.ID_CARD, CheckKind.PHONE),
    EmployerKind.CREW_LEADER: (CheckKind.ID_CARD, CheckKind.PHONE, CheckKind.SITE_VISIT),
    EmployerKind.HR_AGENCY: (
        CheckKind.LICENCE, CheckKind.HR_LICENCE, CheckKind.PHONE, CheckKind.SITE_VISIT,
    ),
}  # fmt: skip
_USUAL = (CheckKind.LICENCE, CheckKind.PHONE, CheckKind.SITE_VISIT)


class EmployerCheckLine(TypedDict):
    kind: str
    ok: bool
    words: str
    check: EmployerCheck | None


def list_employer_checks(employer: Employer | None) -> list[EmployerCheckLine]:
    """Return a line for each check that was made or that is expected; [] for a repost."""
    if employer is None:
        return []
    held: dict[str, EmployerCheck] = {}
    for check in employer.checks.all():
        if check.is_valid:
            held.setdefault(check.kind, check)
    kinds = dict.fromkeys([*_EXPECTED.get(employer.kind, _USUAL), *held])
    return [
        {
            "kind": kind,
            "ok": kind in held,
            "words": _LEDGER[kind][kind not in held],
            "check": held.get(kind),
        }
        for kind in kinds
    ]
