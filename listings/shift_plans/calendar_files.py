"""One appointment as a calendar file (RFC 5545), which phones and mail programs put into their calendars."""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils import timezone

_LONGEST_LINE = 75  # octets; what is longer goes on after a line break and a blank
_ALARM = (
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    "TRIGGER:-PT2H",
    "DESCRIPTION:2 小时后开始",
    "END:VALARM",
)


@dataclass(frozen=True)
class Appointment:
    """`begins` and `ends` are moments, or days without a time of which `ends` is the last."""

    uid: str
    title: str
    begins: datetime.datetime | datetime.date
    ends: datetime.datetime | datetime.date
    place: str = ""
    words: str = ""
    address: str = ""


def build_calendar_answer(appointment: Appointment, name: str) -> HttpResponse:
    lines = (_fold_line(line) for line in _list_lines(appointment))
    disposition = {"Content-Disposition": f'attachment; filename="{name}.ics"'}
    text = "".join(f"{line}\r\n" for line in lines)
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers=disposition)


def _list_lines(appointment: Appointment) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//jobsite//appointment//ZH")
    yield from ("BEGIN:VEVENT", f"UID:{appointment.uid}")
    yield f"DTSTAMP:{_format_moment(timezone.now())}"
    yield from _list_times(appointment)
    for name, text in (
        ("SUMMARY", appointment.title),
        ("LOCATION", appointment.place),
        ("DESCRIPTION", appointment.words),
    ):
        if text:
            yield f"{name}:{_escape_text(text)}"
    if appointment.address:
        yield f"URL:{appointment.address}"
    if isinstance(appointment.begins, datetime.datetime):
        yield from _ALARM
    yield from ("END:VEVENT", "END:VCALENDAR")


def _list_times(appointment: Appointment) -> Iterator[str]:
    begins, ends = appointment.begins, appointment.ends
    if isinstance(begins, datetime.datetime) and isinstance(ends, datetime.datetime):
        yield f"DTSTART:{_format_moment(begins)}"
        yield f"DTEND:{_format_moment(ends)}"
        return
    yield f"DTSTART;VALUE=DATE:{begins:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{ends + datetime.timedelta(1):%Y%m%d}"  # the first day that is free again


def _format_moment(moment: datetime.datetime) -> str:
    return f"{moment.astimezone(datetime.UTC):%Y%m%dT%H%M%SZ}"


def _escape_text(text: str) -> str:
    text = re.sub(r"[\\;,]", lambda sign: f"\\{sign[0]}", text)
    return re.sub(r"[\x00-\x09\x0b-\x1f\x7f]", "", text.replace("\r\n", "\n")).replace("\n", "\\n")


def _fold_line(line: str) -> str:
    pieces, piece = [], ""
    for character in line:
        if len((piece + character).encode()) > _LONGEST_LINE:
            pieces.append(piece)
            piece = " "
        piece += character
    return "\r\n".join([*pieces, piece])
