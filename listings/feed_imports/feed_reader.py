"""Read a feed of jobs as applicant systems write them: XML with <job>, a JSON list, or JobPosting of schema.org."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from listings.feed_imports.job_cells import build_cells, find_job_key, read_job_posting
from listings.imports.cell_parsers import clean_line
from listings.imports.record_source import FileUnreadable, format_cell

MAX_BYTES = 5 * 1024 * 1024
MAX_JOBS = 300
MAX_TAGS = 200_000  # of XML: each makes an object, also one of three bytes
MAX_ATTRIBUTES = 60
_TOO_MANY = f"一个职位源最多 {MAX_JOBS} 条，请分成几个。"
LONGEST_KEY = 200
LONGEST_CELL = 6_000
_JOB_TAGS = ("job", "vacancy", "position", "item", "entry")
_LIST_NAMES = (
    "jobs",
    "items",
    "listings",
    "positions",
    "data",
    "results",
    "@graph",
    "itemListElement",
)
_TOO_LONG = f"有一项超过 {LONGEST_CELL} 字"


class FeedJob(NamedTuple):
    """A job with its cells by the names of the spreadsheet's columns; `problem` if it cannot be read."""

    number: int
    key: str
    cells: dict[str, str]
    problem: str = ""


def parse_job_feed(content: bytes) -> list[FeedJob]:
    """Return the jobs of the feed. Raise `FileUnreadable` if the content is not a feed of jobs."""
    if len(content) > MAX_BYTES:
        raise FileUnreadable(f"职位源不能超过 {MAX_BYTES >> 20} MB。")
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    is_json = start in (b"{", b"[")
    all_values = _read_json(content) if is_json else _read_xml(content)
    jobs: list[FeedJob] = []
    keys: set[str] = set()
    for number, values in enumerate(all_values, 1):
        if number > MAX_JOBS:
            raise FileUnreadable(_TOO_MANY)
        job = _build_job(number, values, keys)
        keys.add(job.key)
        jobs.append(job)
    if not jobs:
        raise FileUnreadable("里面没有找到职位：XML 里要有 <job>，JSON 要是职位的列表。")
    return jobs


def _build_job(number: int, values: dict[str, str] | None, keys: set[str]) -> FeedJob:
    if values is None:
        return FeedJob(number, "", {}, "不是一个职位的内容")
    key = clean_line(find_job_key(values))
    cells = build_cells(values)
    title = {"title": cells.get("title", "")[:60]}
    if not key:
        return FeedJob(number, "", title, "没有编号（id、referencenumber），下次认不出是同一条")
    if len(key) > LONGEST_KEY:
        return FeedJob(number, "", title, f"编号超过 {LONGEST_KEY} 字")
    if key in keys:
        return FeedJob(number, "", title, f"编号「{key[:40]}」出现了两次，只读第一条")
    if any(len(text) > LONGEST_CELL for text in cells.values()):
        return FeedJob(number, key, title, _TOO_LONG)
    return FeedJob(number, key, cells)


def _read_xml(content: bytes) -> Iterator[dict[str, str] | None]:
    """No entity is resolved and nothing is loaded; a declaration of a document type is refused."""
    if content.count(b"<") > MAX_TAGS:
        raise FileUnreadable("里面的标签太多，不像是一个职位源。")
    from lxml import etree  # only for feeds: each web worker would keep it in memory

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        raise FileUnreadable("不是完整的 XML 或 JSON，读不出来。") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise FileUnreadable("带 DOCTYPE 或 ENTITY 声明的 XML 不收。")
    firsts = [(tag, root.find(f".//{{*}}{tag}")) for tag in _JOB_TAGS]
    # A field of a job may be called as another feed calls its jobs: the outermost ones are the jobs.
    tags = {
        tag: sum(1 for _ in first.iterancestors()) for tag, first in firsts if first is not None
    }
    tag = min(tags, key=lambda name: tags[name], default="job")
    for job in root.iter(f"{{*}}{tag}"):
        if next(job.iterancestors(f"{{*}}{tag}"), None) is None:
            yield _read_element(job)


def _read_element(job: Any) -> dict[str, str] | None:
    """Return the texts by name without its namespace; several of a name are joined. None for more attributes than any
    feed has: lxml seeks each one among all."""
    if len(job.attrib) > MAX_ATTRIBUTES:
        return None
    texts: dict[str, list[str]] = {}
    for name, text in job.attrib.items():
        texts.setdefault(name.rpartition("}")[2].lower(), []).append(text)
    for child in job:
        name = child.tag.rpartition("}")[2].lower()
        texts.setdefault(name, []).append("".join(child.itertext()).strip())
    return {name: "、".join(filter(None, parts)) for name, parts in texts.items()}


def _read_json(content: bytes) -> Iterator[dict[str, str] | None]:
    try:
        value = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise FileUnreadable("不是完整的 JSON（要用 UTF-8 编码）。") from None
    elements = _list_json_jobs(value)
    if len(elements) > 2 * MAX_JOBS:  # some tell of the site or the company
        raise FileUnreadable(_TOO_MANY)
    entries = [_unwrap_item(entry) for entry in elements]
    has_postings = any(map(_is_job_posting, entries))
    for entry in entries:
        if not isinstance(entry, dict):
            yield None
        elif not has_postings or "@type" not in entry or _is_job_posting(entry):
            yield _read_object(entry)  # else it tells of the site or the company


def _unwrap_item(element: Any) -> Any:
    """Return what an element of an ItemList holds."""
    is_wrapped = isinstance(element, dict) and isinstance(element.get("item"), dict)
    return element["item"] if is_wrapped else element


def _is_job_posting(entry: Any) -> bool:
    """`JobPosting` of schema.org, alone or among other types, also with a prefix or as an address."""
    types = entry.get("@type") if isinstance(entry, dict) else None
    names = types if isinstance(types, list) else [types]
    return any(re.split("[:/]", str(name))[-1] == "JobPosting" for name in names)


def _list_json_jobs(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    lists = (value.get(name) for name in _LIST_NAMES)
    return next((job_list for job_list in lists if isinstance(job_list, list)), [value])


def _read_object(entry: dict[str, Any]) -> dict[str, str] | None:
    try:
        if _is_job_posting(entry):
            return read_job_posting(entry)
        return {name.strip().lower(): format_cell(value) for name, value in entry.items()}
    except (ValueError, RecursionError):  # a number of thousands of digits, a nest of lists
        return None
