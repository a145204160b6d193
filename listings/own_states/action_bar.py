"""The action bar of a listing: a line about what the reader has done with it, and the buttons for what can be done
next."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from listings.choices import ApplicationStatus as S
from listings.detail.contact_reveals import is_contact_shown
from listings.detail.detail_context import LIVE, SAFE_STATES
from listings.models import Listing
from listings.own_states.listing_states import OwnState, read_own_states
from sitekit.templatetags.sitekit import cn_date


@dataclass(frozen=True)
class BarLink:
    label: str
    href: str
    is_filled: bool = False


@dataclass(frozen=True)
class ActionBar:
    """`words` say the state, `back` leads back from it, `links` are the buttons besides saving."""

    state: OwnState
    words: str = ""
    back: BarLink | None = None
    links: tuple[BarLink, ...] = ()
    can_save: bool = True

    @property
    def offers_undo(self) -> bool:
        """Whether saving is all that was done; the line then contains the link that undoes it."""
        return self.state.is_saved and self.back is None


def build_action_bar(
    user: User,
    listing: Listing,
    public_state: str,
    *,
    takes_applications: bool,
    has_similar: bool = True,
) -> ActionBar:
    """Three queries. `public_state` is that of `get_public_state`."""
    state = read_own_states(user, [listing.pk]).get(listing.pk, OwnState())
    can_save = public_state in SAFE_STATES
    if state.application:
        words, back, links = _describe_application(state)
        return ActionBar(state, words, back, links, can_save)
    links = _list_links(listing, public_state, takes_applications=takes_applications)
    if public_state != LIVE and has_similar:
        links = (BarLink("看相似的活", "#similar"),)
    if state.revealed_at:
        report = BarLink("对方不对劲？举报", reverse("safety:report_listing", args=[listing.pk]))
        words = f"{cn_date(state.revealed_at)}看过联系方式"
        return ActionBar(state, words, report, links, can_save)
    words = "已收藏，在“我的收藏”里" if state.is_saved else ""
    return ActionBar(state, words, None, links, can_save)


def _list_links(
    listing: Listing, public_state: str, *, takes_applications: bool
) -> tuple[BarLink, ...]:
    if public_state != LIVE or listing.is_repost:
        return ()
    address, links = listing.get_absolute_url(), []
    if is_contact_shown(listing):
        links.append(BarLink("看联系方式", f"{address}contact/", is_filled=not takes_applications))
    if takes_applications:
        links.append(BarLink("报名", f"{address}apply/", is_filled=True))
    return tuple(links)


def _describe_application(state: OwnState) -> tuple[str, BarLink | None, tuple[BarLink, ...]]:
    """Return words, the way back, and the buttons. No button is highlighted while the employer has to answer."""
    assert state.application  # noqa: S101 - for the type checker
    address = reverse("listings:my_application", args=[state.application.pk])
    applied = timezone.localtime(state.application.applied_at)
    progress = BarLink("看报名进度", address)
    rate = BarLink(
        "写评价", reverse("listings:my_rating", args=[state.application.pk]), is_filled=True
    )
    by_status: dict[str, tuple[str, BarLink | None, tuple[BarLink, ...]]] = {
        S.APPLIED: (
            f"{cn_date(applied)} {applied:%H:%M} 已报名，等单位回复",
            BarLink("取消报名", f"{address}#withdraw"),
            (progress,),
        ),
        S.ACCEPTED: (
            "单位录用了你",
            BarLink("去不了", f"{address}#withdraw"),
            (BarLink("看联系方式和进度", address, is_filled=True),),
        ),
        S.DECLINED: ("单位这次没有录用", None, (progress,)),
        S.WITHDRAWN: ("你取消了报名", None, (progress,)),
        S.DONE: ("做完了", BarLink("看报名进度", address), (rate,)),
        S.NO_SHOW: ("单位记了未到岗", BarLink("看报名进度", address), (rate,)),
    }
    return by_status[state.application.status]


def build_bar_context(listing: Listing, bar: ActionBar) -> dict[str, Any]:
    """Return the context of `listings/own_states/_bar.html`."""
    return {"listing": listing, "bar": bar}
