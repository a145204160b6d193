"""Translate the field names of feeds into cells named by the columns of our spreadsheet."""

import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from django.utils import timezone

from listings.bulk_upload.columns import SPREADSHEET_FIELDS
from listings.imports.cell_parsers import clean_text
from listings.imports.record_source import format_cell

_KEY_NAMES = (
    "referencenumber reference id jobid job_id requisitionid partnerjobid guid identifier 编号 url link"
).split()
# By our names: the names of feeds besides our own names, labels and column names.
_FEED_NAMES = {
    "title": "jobtitle position name",
    "duties": "jobdescription body responsibilities content summary",
    "requirements": "qualifications experiencerequirements",
    "address": "streetaddress street",
    "pay": "salary compensation wage",
    "headcount": "openings numberofopenings totaljobopenings vacancies",
    "valid_through": "validthrough expirationdate expiration_date expires expirydate expiry closedate",
    "start_date": "startdate jobstartdate",
    "contact_phone": "contactphone phone telephone",
    "contact_name": "contactname contact recruiter",
    "education": "educationrequirements",
    "work_hours": "workhours hours",
}
_PLACE_NAMES = ("state province", "city location", "district county")
_NAMES: dict[str, str] = {}
for _ours, _field in SPREADSHEET_FIELDS.items():
    _own_names = (_ours, _field.name, _field.label, *(_field.column_names or ()))
    for _name in (*_own_names, *_FEED_NAMES.get(_ours, "").split()):
        _NAMES.setdefault(_name.lower(), _ours)
_DATE_CELLS = ("start_date", "end_date", "valid_through")
_BLOCKS = ("p", "br", "li", "div", "h1", "h2", "h3", "h4", "tr", "ul", "ol")
_TAG = re.compile(r"<[a-zA-Z/!]|&[a-z#]+[0-9]*;")
_MAX_TAGS = 1_000  # of a text; more than any description has that is short enough to be read
_DECLARATION = re.compile(r"<[!?](?!--)[^<>]*>")
_ATTRIBUTES = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
_NO_TAG = re.compile(r"<(?!/?[a-zA-Z][a-zA-Z0-9]*>|!--)")
_UNITS = {"HOUR": "小时", "DAY": "天", "WEEK": "周", "MONTH": "月"}
_ENGLISH_UNITS = re.compile(r"(?:per|an?|/)\s*(hour|day|week|month)s?\b", re.IGNORECASE)


def find_job_key(values: dict[str, str]) -> str:
    return next((values[name] for name in _KEY_NAMES if values.get(name, "").strip()), "")


def build_cells(values: dict[str, str]) -> dict[str, str]:
    """Return the cells that are not empty, as somebody would type them into the spreadsheet."""
    cells: dict[str, str] = {}
    for name, text in values.items():
        cell_name = _NAMES.get(name)
        if cell_name and text.strip():
            cells.setdefault(cell_name, clean_text(convert_html_to_text(text)))
    if "city" in values or "location" in values or "place" not in cells:
        cells |= _join_place(values)
    for name in _DATE_CELLS:
        if name in cells:
            cells[name] = _shorten_date(cells[name])
    if "pay" in cells:
        cells["pay"] = _ENGLISH_UNITS.sub(lambda m: f"元/{_UNITS[m[1].upper()]}", cells["pay"])
    return cells


def _join_place(values: dict[str, str]) -> dict[str, str]:
    parts = []
    for names in _PLACE_NAMES:
        texts = (values.get(name, "").strip() for name in names.split())
        parts.append(next(filter(None, texts), ""))
    place = " - ".join(dict.fromkeys(filter(None, parts)))
    return {"place": clean_text(place)} if place else {}


def _shorten_date(text: str) -> str:
    """Return the day, in China, of a moment; other words are returned unchanged, so that the author is asked about
    them."""
    day = re.match(r"(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d", text)
    if not day and not re.match(r"[A-Za-z]{3}, \d", text):
        return text
    try:
        moment = datetime.fromisoformat(text) if day else parsedate_to_datetime(text)
        # Midnight in China may be told as an hour of the day before.
        return (timezone.localdate(moment) if moment.tzinfo else moment.date()).isoformat()
    except (ValueError, TypeError, OverflowError):
        return day[1] if day else text


def convert_html_to_text(text: str) -> str:
    """Return the words of HTML with a line for each block; text without tags stays as it is."""
    if not _TAG.search(text):
        return text
    if text.count("<") > _MAX_TAGS:
        return _remove_tags(text)
    from lxml import etree, html  # only for feeds: each web worker would keep it in memory

    try:
        root = html.fragment_fromstring(_remove_attributes(text), create_parent="div")
    # lxml asserts that a whole page has a body.
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return _remove_tags(text)
    etree.strip_elements(root, "script", "style", with_tail=False)
    for element in root.iter(*_BLOCKS):
        element.tail = "\n" + (element.tail or "")
        if element.tag != "br":
            element.text = "\n" + (element.text or "")
    return root.text_content()


def _remove_attributes(text: str) -> str:
    """Return HTML whose tags have only names: the parser compares each attribute of a tag with all others."""
    text = _ATTRIBUTES.sub(r"<\1>", _DECLARATION.sub("", text))
    return _NO_TAG.sub("&lt;", text)


def _remove_tags(text: str) -> str:
    return re.sub(r"<[^<>]*>", "", text)


def read_job_posting(posting: dict[str, Any]) -> dict[str, str]:
    """Return the values of a JobPosting of schema.org by names of feeds."""
    place = _get_part(posting, "jobLocation", "address")
    salary = _get_part(posting, "baseSalary", "value")
    values = {
        name.lower(): format_cell(value)
        for name, value in posting.items()
        if not isinstance(value, dict)
    }
    values |= {
        "state": format_cell(place.get("addressRegion")),
        "city": format_cell(place.get("addressLocality")),
        "streetaddress": format_cell(place.get("streetAddress")),
        "salary": _format_salary(salary),
    }
    identifier = posting.get("identifier")
    if isinstance(identifier, dict):
        values["id"] = format_cell(identifier.get("value"))
    if posting.get("jobLocationType") == "TELECOMMUTE":
        values["mode"] = "线上"
    return values


def _get_part(posting: dict[str, Any], *names: str) -> dict[str, Any]:
    part: Any = posting
    for name in names:
        part = part.get(name) if isinstance(part, dict) else None
        if isinstance(part, list):
            part = part[0] if len(part) == 1 else None
    return part if isinstance(part, dict) else {}


def _format_salary(salary: dict[str, Any]) -> str:
    unit = _UNITS.get(format_cell(salary.get("unitText")).upper(), "")
    bounds = [format_cell(salary.get(name)) for name in ("minValue", "maxValue")]
    figures = "-".join(dict.fromkeys(filter(None, bounds))) or format_cell(salary.get("value"))
    return f"{figures}元/{unit}" if figures and unit else figures
