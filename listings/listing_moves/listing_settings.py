"""Settings that an employer changes beside the text and status of a listing. Each change writes an event with its
author."""

from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from listings.applications.shifts import TAKES_A_SHIFT
from listings.listing_moves.own_moves import require_status
from listings.listing_moves.shift_names import find_name_fault, judge_shift_names
from listings.models import Listing, Shift
from listings.pay_law.clock_times import find_night_range, find_night_words, is_at_night
from listings.publication.submission import EDITABLE_STATUSES
from listings.publication.transitions import LISTING_STATE_MACHINE
from listings.vocabulary.age_limits import ADULT_AGE_YEARS
from sitekit.workflow.refusals import Refusal

MAX_SHIFTS = 60


class ShiftRefused(Refusal):
    """The shifts were not changed."""


@transaction.atomic
def set_application_limit(listing_id: int, limit: int | None, user: User) -> None:
    """Set how many sign-ups are taken; None: any number. Raises `ListingMoveRefused`."""
    listing = _lock_editable(listing_id)
    before = listing.most_applications
    if before == limit:
        return
    listing.most_applications = limit
    listing.save(update_fields=["most_applications"])
    words = f"{_describe_limit(before)} → {_describe_limit(limit)}"
    _record_setting(listing, user, "set_limit", words)


def add_shift(listing_id: int, answers: dict[str, Any], user: User) -> None:
    """Raises `ShiftRefused` or `ListingMoveRefused`."""
    with transaction.atomic():
        listing = _lock_editable(listing_id)
        if listing.shifts.count() >= MAX_SHIFTS:
            raise ShiftRefused(f"最多 {MAX_SHIFTS} 个班次，先删掉用不着的。")
        try:
            with transaction.atomic():
                shift = Shift.objects.create(listing=listing, **answers)
        except IntegrityError:
            raise ShiftRefused("这一天已经有这个班次了。", "name") from None
        _require_day_shift(listing, shift)
        if fault := judge_shift_names(_list_names(listing)) or find_name_fault(shift.name):
            raise ShiftRefused(fault, "name")
        _record_setting(listing, user, "add_shift", f"{shift.words}，{shift.headcount} 人")


@transaction.atomic
def delete_shift(listing_id: int, shift_id: int, user: User) -> None:
    """Delete the shift under the lock of the listing, so that nobody signs up for it meanwhile.

    Raises `ShiftRefused`; raises `ListingMoveRefused` if the listing was held or removed.
    """
    listing = _lock_editable(listing_id)
    shift = listing.shifts.filter(pk=shift_id).first()
    if shift is None:
        return
    if shift.sign_ups.filter(application__status__in=TAKES_A_SHIFT).exists():
        raise ShiftRefused("已经有人报了这个班次，不能删。")
    shift.sign_ups.all().delete()  # of those who withdrew or were declined
    before = _list_names(listing)
    shift.delete()
    if judge_shift_names(_list_names(listing)) and not judge_shift_names(before):
        raise ShiftRefused("删掉它，剩下的名字连起来像号码或联系方式。先删别的班次。")
    _record_setting(listing, user, "remove_shift", shift.words)


def _require_day_shift(listing: Listing, shift: Shift) -> None:
    """Work at night is for adults: the listing must say so, which its text does at the gate."""
    if listing.minimum_age >= ADULT_AGE_YEARS:
        return
    cure = f"要上夜班，先编辑这份兼职，在“时段”里勾上夜间（要年满 {ADULT_AGE_YEARS} 周岁），再加这个班次。"
    if is_at_night(shift.begins, shift.ends):
        raise ShiftRefused(f"这个班有 22 点到 6 点的时间。{cure}", "ends")
    if quote := find_night_range(shift.name) or find_night_words(shift.name, is_about_hours=True):
        raise ShiftRefused(f"名字里写着“{quote}”。{cure}", "name")


def _list_names(listing: Listing) -> list[str]:
    """Return the names as seekers read them, one below the other."""
    return [shift.name for shift in listing.shifts.all()]


def _lock_editable(listing_id: int) -> Listing:
    listing = LISTING_STATE_MACHINE.lock(listing_id)
    require_status(listing, EDITABLE_STATUSES, "不能再改了。")
    return listing


def _record_setting(listing: Listing, user: User, action: str, words: str) -> None:
    LISTING_STATE_MACHINE.record_event(
        listing, listing.status, actor=user, action=action, reason=words
    )


def _describe_limit(limit: int | None) -> str:
    return f"最多 {limit} 份" if limit else "不限"
