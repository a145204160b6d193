"""What stands on a page for search engines, and what Google asks of it (`google_structured_data.json`)."""

import datetime
import json
import re
from pathlib import Path

RULES = json.loads((Path(__file__).parent / "google_structured_data.json").read_text("utf-8"))
_SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def read_schemas(response):
    """The schemas of a page by their type."""
    schemas = [json.loads(text) for text in _SCRIPT.findall(response.content.decode())]
    assert all(schema["@context"] == "https://schema.org" for schema in schemas)
    by_type = {schema["@type"]: schema for schema in schemas}
    assert len(by_type) == len(schemas)
    return by_type


def find_job_posting_faults(posting):
    """What Google would refuse, and names that neither it nor schema.org knows."""
    rules, values = RULES["JobPosting"], RULES["values"]
    faults = [f"{name} is missing" for name in rules["required"] if not posting.get(name)]
    if not any(all(posting.get(name) for name in names) for names in rules["one_of"]):
        faults.append("neither a place nor work from home")
    known = {*rules["required"], *rules["recommended"], *rules["others_of_schema_org"]}
    faults += [f"{name} is unknown" for name in posting.keys() - known - {"@type", "@context"}]
    for name, value in _list_properties(posting):
        allowed = values.get(name)
        if allowed and not {*([value] if isinstance(value, str) else value)} <= {*allowed}:
            faults.append(f"{name}: {value}")
        if name == "address" and not value.keys() <= {*RULES["PostalAddress"], "@type"}:
            faults.append(f"address: {value}")
    datetime.date.fromisoformat(posting["datePosted"])
    if "validThrough" in posting:
        end = datetime.datetime.fromisoformat(posting["validThrough"])
        faults += [] if end.tzinfo else ["validThrough has no offset"]
    return faults


def _list_properties(value):
    for name, inner in value.items():
        yield name, inner
        if isinstance(inner, dict):
            yield from _list_properties(inner)
