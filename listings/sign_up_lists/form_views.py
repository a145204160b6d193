"""The note about a sign-up, and how many sign-ups a listing takes: small forms, each with a page of its own."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect

from accounts.employers.small_forms import SmallForm, render_small_form
from accounts.models import SignedInRequest
from listings.applications.transitions import (
    get_employer_application_or_404,
    lock_open_seeker,
)
from listings.choices import ListingStatus
from listings.employer_desk.own_listings import own_listing_page
from listings.employer_desk.posting_fields import NumberField
from listings.listing_moves.listing_settings import set_application_limit
from listings.models import ApplicationNote, Listing
from sitekit.forms.fields import WordsField
from sitekit.web.pages import page

LONGEST_NOTE, MOST = 300, 9999
_SEEKER_GONE_MESSAGE = "对方注销了账号，资料已经删掉，不能再写备注。"
NOTE_HELP = "只有你们单位的成员看得到。对方导出自己的资料时，也会看到这些备注。"


class NoteChanged(Exception):
    """Somebody changed the note after the form was opened; `note` is the present note."""

    def __init__(self, note: ApplicationNote | None) -> None:
        super().__init__()
        self.note = note


class NoteForm(forms.Form):
    use_required_attribute = False
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    words = WordsField(
        label="备注",
        required=False,
        max_length=LONGEST_NOTE,
        help_text=NOTE_HELP,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": f"备注最多 {LONGEST_NOTE} 个字。"},
    )


class LimitForm(forms.Form):
    use_required_attribute = False
    most_applications = NumberField(
        label="最多收几份报名",
        least=1,
        most=MOST,
        is_whole=True,
        unit="份",
        required=False,
        help_text="收满以后不收新的报名，已经报名的不变。不填就是不限；随时能调高。",
    )


@page(takes="form", login=True, cache="never")
def write_note(request: SignedInRequest, pk: int) -> HttpResponse:
    application = get_employer_application_or_404(request.user, pk)
    back = f"/employer/listings/{application.listing_id}/applications/"
    if application.listing.status == ListingStatus.REMOVED_FRAUD:
        messages.error(request, "这条兼职因涉诈下架，报名人的资料收起来了。")
        return redirect(back)
    if application.seeker.closed_at:
        messages.error(request, _SEEKER_GONE_MESSAGE)
        return redirect(back)
    note = ApplicationNote.objects.filter(application=application).first()
    initial = {"words": note.words if note else "", "seen": _name_edition(note)}
    form = NoteForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        try:
            if _store_note(request, pk, words, form.cleaned_data["seen"]):
                messages.success(request, "备注已保存。" if words else "备注已清空。")
            else:
                messages.error(request, _SEEKER_GONE_MESSAGE)
            return redirect(back)
        except NoteChanged as changed:
            form = _build_form_beside_newer_note(request.POST, changed.note)
    name = application.profile.get("name") or "没有写称呼"
    return _render_form(request, application.listing, form, f"{name}的备注", back)


def _build_form_beside_newer_note(posted: QueryDict, note: ApplicationNote | None) -> NoteForm:
    """Return the form with the typed words beside the newer note. Sending it again replaces the newer note."""
    form_data = posted.copy()
    form_data["seen"] = _name_edition(note)
    form = NoteForm(form_data)
    newer = f"现在是「{note.words}」" if note else "现在是空的"
    form.add_error("words", f"你打开以后，备注改过了，{newer}。你写的还在这里：改好，再按保存。")
    return form


def _name_edition(note: ApplicationNote | None) -> str:
    return note.updated_at.isoformat() if note else ""


def _store_note(
    request: SignedInRequest, application_id: int, words: str, seen_edition: str
) -> bool:
    """Return whether the note was stored; it is not stored if the seeker has closed the account.

    Raise `NoteChanged` if it would replace a note that the author has not seen.
    """
    with transaction.atomic():
        if not lock_open_seeker(application_id):
            return False
        note = ApplicationNote.objects.filter(application=application_id).first()
        if (note.words if note else "") == words:  # also a second press
            return True
        if _name_edition(note) != seen_edition:
            raise NoteChanged(note)
        if not words:
            ApplicationNote.objects.filter(application=application_id).delete()
            return True
        ApplicationNote.objects.update_or_create(
            application_id=application_id, defaults={"words": words, "author": request.user}
        )
    return True


@own_listing_page(takes="form")
def limit_applications(request: SignedInRequest, listing: Listing) -> HttpResponse:
    form = LimitForm(
        request.POST or None, initial={"most_applications": listing.most_applications or ""}
    )
    back = f"/employer/listings/{listing.pk}/applications/"
    if request.method == "POST" and form.is_valid():
        limit = form.cleaned_data["most_applications"]
        set_application_limit(listing.pk, limit, request.user)
        words = f"最多收 {limit} 份报名。" if limit else "报名份数不限了。"
        messages.success(request, words)
        return redirect(back)
    return _render_form(request, listing, form, "最多收几份报名", back)


def _render_form(
    request: SignedInRequest, listing: Listing, form: forms.Form, heading: str, back: str
) -> HttpResponse:
    small = SmallForm(
        title=heading,
        part="applications",
        back=back,
        back_words=listing.title,
        hides_optional=True,
    )
    return render_small_form(request, listing.employer, small, form)
