"""The messages beside each row of the posting page: what was read, assumed or moved, what is missing, what the
check says.

The page shows all messages at once, each with a link or a button that helps.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple, cast

from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString, mark_safe

from accounts.models import Employer, User
from accounts.public_text.judgement import PublicationReason
from listings.copies.contacts_in_text import TEXT_FIELDS
from listings.employer_desk.drafts import build_preview
from listings.employer_desk.posting_forms import PostingForm
from listings.models import Listing
from listings.paste_posting.contact_moves import find_contact_moves
from listings.paste_posting.one_page_form import ROWS, FormRow
from listings.pay_law.pay_findings import describe_pay_comparison, list_pay_notes
from listings.post_reader.post_reading import PostReading
from listings.publication import gate
from listings.publication.own_duplicates import find_own_duplicate
from listings.publication.refused_texts import was_refused_by_moderator
from listings.renewals.renewal import get_usual_last_day
from listings.vocabulary.work_slots import describe_slots, encode_slots
from sitekit.templatetags.sitekit import cn_date
from textkit.marked_text import MarkSpan, render_marks

# The CSS class of a message. A missing value is only a note until somebody tries to submit the page.
OK, LOOK, WRONG, NOTE = "", "a", "d", "o"
# Reasons that do not depend on the text. The foot of the page already names them.
_UNSHOWN_REASON_CODES = ("employer", "photo_unread")
NO_NEEDS = "没有特别要求"
# Without its sentence such a field would be empty, and it must not be.
_ONE_SENTENCE_FIELDS = frozenset({"title"})
WORDS_AROUND = 14  # characters shown on either side of the words meant


class FindingButton(NamedTuple):
    """A link (`href`), or a button whose `go` the view carries out."""

    label: str
    href: str = ""
    go: str = ""


class RowMessage(NamedTuple):
    """`anchor` is the id that the field names as its description; `excerpt` shows the words in question, marked in
    the text."""

    tone: str
    words: str
    cures: tuple[FindingButton, ...] = ()
    anchor: str = ""
    excerpt: SafeString = mark_safe("")


class RowState(NamedTuple):
    """`number` is the number of the row's marks in the post, 0 without marks; `state` is read, look, missing, wrong
    or ""."""

    row: FormRow
    number: int
    state: str
    messages: list[RowMessage]
    is_open: bool

    @property
    def is_lacking(self) -> bool:
        return self.state in ("missing", "wrong")


class PageFindings(NamedTuple):
    rows: list[RowState]
    general: list[RowMessage]
    marked_post: SafeString
    outcome: str
    slot_words: str
    has_errors: bool
    duplicate: Listing | None

    @property
    def lacking(self) -> list[RowState]:
        return [state for state in self.rows if state.is_lacking]

    @property
    def may_be_submitted(self) -> bool:
        return not self.has_errors and not self.duplicate and self.outcome != gate.REFUSE

    @property
    def may_be_contested(self) -> bool:
        """Whether only the refusal of the check prevents the submission."""
        return not self.has_errors and not self.duplicate and self.outcome == gate.REFUSE


def find_page_findings(
    form: PostingForm,
    reading: PostReading,
    employer: Employer | None,
    user: User | None,
    draft_of: Listing | None = None,
    photos: Iterable[int] = (),
) -> PageFindings:
    """Judge the valid fields, and report the fields that are missing or wrong."""
    form.is_valid()
    content = form.get_content() | {"photos": list(photos)}
    listing = build_preview(draft_of or Listing(employer=employer), content)
    by_hand = draft_of is not None and was_refused_by_moderator(draft_of)
    verdict = gate.judge_publication(listing, employer, listing=draft_of, refused_by_hand=by_hand)
    reasons = [reason for reason in verdict.reasons if reason.code not in _UNSHOWN_REASON_CODES]
    numbers = _number_rows(reading)
    duplicate = None
    if employer and form.is_valid():
        duplicate = find_own_duplicate(listing, employer, draft_of.pk if draft_of else 0)
    describer = _RowDescriber(form, reading, listing, reasons, user, duplicate)
    rows = [describer.describe_row(row, numbers.get(row.key, 0)) for row in ROWS]
    named = {name for row in ROWS for name in row.names}
    general = [
        RowMessage(WRONG if reason.is_stop else LOOK, reason.words + reason.cure)
        for reason in reasons
        if reason.field not in named
    ]
    return PageFindings(
        rows,
        general,
        _mark_post(reading, numbers, reasons),
        verdict.outcome,
        describe_slots(encode_slots(form["slots"].value() or [])),
        bool(form.errors),
        duplicate,
    )


def _number_rows(reading: PostReading) -> dict[str, int]:
    """Return the numbers of rows that were read from the post, in the order of the post."""
    firsts: list[tuple[int, str]] = []
    for row in ROWS:
        spans = [
            s for name in row.names if name in reading.fields for s in reading.fields[name].spans
        ]
        if spans:
            firsts.append((min(spans)[0], row.key))
    return {key: number for number, (_start, key) in enumerate(sorted(firsts), 1)}


class _RowDescriber(NamedTuple):
    """Builds the messages beside the rows from the form, the reading of the post and the check."""

    form: PostingForm
    reading: PostReading
    listing: Listing
    reasons: list[PublicationReason]
    user: User | None
    duplicate: Listing | None

    def describe_row(self, row: FormRow, number: int) -> RowState:
        notes = list(self._list_notes(row))
        faults = list(self._list_faults(row))
        judged = [] if faults else list(self._list_judged(row))
        facts = [] if faults else list(self._list_facts(row))
        errors = self.form.errors
        is_missing = any(name in errors and not self._is_filled(name) for name in row.names)
        is_wrong = any(message.tone == WRONG for message in (*faults, *judged))
        state = "missing" if is_missing else "wrong" if is_wrong else ""
        if not state:
            is_doubtful = notes or any(message.tone == LOOK for message in judged)
            state = "look" if is_doubtful else "read" if number else ""
        is_open = any(name in errors for name in row.more)
        return RowState(row, number, state, [*faults, *judged, *notes, *facts], is_open)

    def _list_notes(self, row: FormRow) -> Iterator[RowMessage]:
        """Yield the notes on what was changed, moved or assumed, as long as the field still has the value that was
        read."""
        noted = set()
        for name in row.names:
            reading = self.reading.fields.get(name)
            if reading is None or not reading.note or reading.note in noted:
                continue
            if self.form[name].value() in (reading.values, "".join(reading.values[:1])):
                noted.add(reading.note)
                cures = (FindingButton("看原句", href="#pasted"),) if reading.spans else ()
                yield RowMessage(LOOK, reading.note, cures)

    def _list_faults(self, row: FormRow) -> Iterator[RowMessage]:
        for name in row.names:
            for number, error in enumerate(map(str, self.form.errors.get(name, ()))):
                label, is_filled = str(self.form.fields[name].label), self._is_filled(name)
                words = error if len(row.fields) == 1 or label in error else f"{label}：{error}"
                cures = (FindingButton("去改" if is_filled else "去填", href=f"#id_{name}"),)
                if name == "requirements" and not is_filled:
                    cures = (FindingButton(f"填“{NO_NEEDS}”", go="fill:requirements"),)
                anchor = "" if number else f"id_{name}_error"
                yield RowMessage(WRONG if is_filled else NOTE, words, cures, anchor)

    def _is_filled(self, name: str) -> bool:
        form_data = cast("MultiValueDict[str, str]", self.form.data)
        return any(str(value).strip() for value in form_data.getlist(name))

    def _list_judged(self, row: FormRow) -> Iterator[RowMessage]:
        if row.key == "time" and self.duplicate:
            yield _describe_duplicate(self.duplicate)
        for reason in self.reasons:
            if reason.field in row.names:
                tone = WRONG if reason.is_stop else LOOK
                words, excerpt = reason.words + reason.cure, _mark_quote(self.listing, reason)
                yield RowMessage(tone, words, self._list_cures(reason), excerpt=excerpt)

    def _list_cures(self, reason: PublicationReason) -> tuple[FindingButton, ...]:
        quote = " ".join(reason.quote.split())
        change = FindingButton("去改", href=f"#id_{reason.field}")
        # Nobody has to leave out what may be right.
        if not quote or reason.code == "doubt" or reason.field in _ONE_SENTENCE_FIELDS:
            return (change,)
        cut = FindingButton("删掉这句", go=f"cut:{reason.field}:{quote}")
        typed = dict(cast("MultiValueDict[str, str]", self.form.data).lists())
        is_contact = reason.code.startswith("contact_evasion.")
        if is_contact and find_contact_moves(typed, reason.field, quote) is not None:
            return (FindingButton("移到“联系”", go=f"move:{reason.field}:{quote}"), cut, change)
        return (cut, change)

    def _list_facts(self, row: FormRow) -> Iterator[RowMessage]:
        listing, user = self.listing, self.user
        if row.key == "pay" and listing.pay_min is not None and listing.region_id:
            if words := describe_pay_comparison(listing):
                yield RowMessage(OK, words)
            for note in list_pay_notes(listing):
                yield RowMessage(LOOK, note.words + note.cure)
        if row.key == "until" and self._is_last_day_assumed():
            yield RowMessage(OK, "没写到哪天，先按一个月；到期前会提醒，点一下就能续。")
        if row.key == "until" and listing.end_date and listing.valid_through == listing.end_date:
            yield RowMessage(OK, f"工作到{cn_date(listing.end_date)}结束，招人也到这天为止。")
        if row.key == "contact" and user and user.phone and user.phone_proved_at:
            is_same = user.phone.removeprefix("+86") == listing.contact_phone
            if is_same:
                yield RowMessage(OK, "号码登录时已经验证过，不用再验。")

    def _is_last_day_assumed(self) -> bool:
        is_read = "valid_through" in self.reading.fields
        is_usual = self.listing.valid_through == get_usual_last_day()
        return bool(self.reading.post.written) and is_usual and not is_read


def _describe_duplicate(listing: Listing) -> RowMessage:
    words = (
        f"和「{listing.title}」（{listing.get_status_display()}）是同一份工作，不能同时发两条。"
        "还要招，把那条续期就行；不是同一份，改时间或地点。"
    )
    return RowMessage(
        WRONG, words, (FindingButton("看那条", href=reverse("listings:manage", args=[listing.pk])),)
    )


def _mark_quote(listing: Listing, reason: PublicationReason) -> SafeString:
    """Return the words in question, marked, with the words around them; "" if they are the whole field."""
    text = listing.read_text(reason.field) if reason.field in TEXT_FIELDS and reason.quote else ""
    start = text.find(reason.quote) if text else -1
    if start < 0 or len(text) == len(reason.quote):
        return SafeString("")
    end = start + len(reason.quote)
    first, last = max(0, start - WORDS_AROUND), min(len(text), end + WORDS_AROUND)
    mark = MarkSpan(start - first, end - first, 0, "bad" if reason.is_stop else "")
    before, after = "…" if first else "", "…" if last < len(text) else ""
    return SafeString(before + render_marks(text[first:last], [mark], overlap="merge") + after)


def _mark_post(
    reading: PostReading, numbers: dict[str, int], reasons: Iterable[PublicationReason]
) -> SafeString:
    """Return the post with a numbered mark for each row, and with marks of words that were left out or must be
    removed."""
    written = reading.post.written
    spans: list[MarkSpan] = []
    for row in ROWS:
        number = numbers.get(row.key)
        for name in row.names if number else ():
            field_reading = reading.fields.get(name)
            for start, end in field_reading.spans if field_reading else ():
                spans.append(MarkSpan(start, end, number or 0))
    left_out = {omission.span for omission in reading.left_out}
    spans = _number_firsts(
        _drop_overlapping([s for s in spans if (s.start, s.end) not in left_out])
    )
    for omission in reading.left_out:
        spans.append(MarkSpan(*omission.span, 0, "left"))
    for reason in reasons:
        start = written.find(reason.quote) if reason.is_stop and reason.quote else -1
        if start >= 0:
            spans.append(MarkSpan(start, start + len(reason.quote), 0, "bad"))
    return render_marks(written, spans, overlap="merge")


def _number_firsts(spans: list[MarkSpan]) -> list[MarkSpan]:
    """Show the number of a row only at its first mark."""
    shown_numbers: set[int] = set()
    numbered = []
    for span in sorted(spans):
        numbered.append(span._replace(number=0) if span.number in shown_numbers else span)
        shown_numbers.add(span.number)
    return numbered


def _drop_overlapping(spans: list[MarkSpan]) -> list[MarkSpan]:
    """Leave out marks that overlap a shorter one: a clause then shows only the number of its smallest part."""
    by_length = sorted(set(spans), key=lambda span: (span.end - span.start, span))
    separate_spans: list[MarkSpan] = []  # in the order of the text: none overlaps another
    for span in by_length:
        place = bisect_left(separate_spans, span.end, key=lambda placed: placed.start)
        if not place or separate_spans[place - 1].end <= span.start:
            separate_spans.insert(place, span)
    return separate_spans
