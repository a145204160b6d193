"""Compare what a moderator reads on a paper with what is registered."""

import re
import unicodedata
from itertools import zip_longest
from typing import NamedTuple

from accounts.choices import CheckKind
from accounts.employers.membership import KINDS_WITHOUT_LICENCE
from accounts.models import Employer

# Kinds of brackets that papers and forms use for the same.
_BRACKETS = str.maketrans("[]{}〔〕【】〈〉《》「」『』", "()" * 8)
NAME_KINDS = (
    CheckKind.ID_CARD,
    CheckKind.LICENCE,
    CheckKind.HR_LICENCE,
    CheckKind.AUTHORISATION,
)
CODE_KINDS = (CheckKind.LICENCE,)


class ComparedPair(NamedTuple):
    read: str
    registered: str
    is_same: bool


def normalise_read_text(text: str) -> str:
    """Return the text as it is compared: full-width signs, blanks and kinds of brackets are equal."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).translate(_BRACKETS).upper()


def get_registered_name(employer: Employer, check_kind: str) -> str:
    """Return the name that this paper must show: an id card that of the person who registered."""
    if check_kind == CheckKind.ID_CARD and employer.kind not in KINDS_WITHOUT_LICENCE:
        return employer.contact_name
    return employer.name


def pair_characters(read: str, registered: str) -> list[ComparedPair]:
    """Return the characters side by side; an empty one where a text has none."""
    pairs = zip_longest(normalise_read_text(read), normalise_read_text(registered), fillvalue="")
    return [ComparedPair(left, right, left == right) for left, right in pairs]


def describe_difference(value_name: str, read: str, registered: str) -> str:
    """Return in Chinese which characters differ; empty if the texts agree."""
    if not registered:
        return f"单位没有登记{value_name}，先退回让单位补上。"
    pairs = pair_characters(read, registered)
    places = [number for number, pair in enumerate(pairs, 1) if not pair.is_same]
    if not places:
        return ""
    length, registered_length = (len(normalise_read_text(text)) for text in (read, registered))
    if length != registered_length:
        return (
            f"{value_name}和登记的不一样：你写了 {length} 个字，登记的有 {registered_length} 个。"
        )
    numbers = "、".join(map(str, places))
    return f"{value_name}和登记的不一样：第 {numbers} 个字不同。看错了就重输；没看错，不能通过。"


def describe_read_mismatch(employer: Employer, kind: str, name: str, code: str) -> dict[str, str]:
    """Return what does not agree, by "name" and "code"; empty if the paper is of this employer."""
    errors = {}
    if kind in NAME_KINDS:
        registered_name = get_registered_name(employer, kind)
        errors["name"] = describe_difference("名称或姓名", name, registered_name)
    if kind in CODE_KINDS:
        errors["code"] = describe_difference("代码", code, employer.licence_code)
    return {field: words for field, words in errors.items() if words}
