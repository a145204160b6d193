"""What a listing offers and asks for, as bits of one number. Each trait can be a filter of lists.

A set bit promises something to the reader, so an answer that the author left open sets no bit.
"""

from collections.abc import Collection, Iterator
from typing import Protocol

from listings.choices import Education, Experience, Perk, Requirement

TOKEN_PREFIX = "x"  # noqa: S105 - of search tokens
# By the codes of addresses: for whom it is, and the perks.
FITTING = {
    "student": "学生可做",
    "no_experience": "不限经验",
    "no_degree": "不限学历",
    "no_health_certificate": "不用健康证",
}
_BITS = {name: 1 << number for number, name in enumerate((*FITTING, *Perk.values))}


class TraitSource(Protocol):
    """The fields of a listing that traits follow from."""

    flags: list[str]
    perks: list[str]
    education: str
    experience: str

    @property
    def is_repost(self) -> bool: ...  # nobody was asked for its flags


def list_traits(listing: TraitSource) -> Iterator[str]:
    if Requirement.STUDENT_WELCOME in listing.flags:
        yield "student"
    if listing.experience == Experience.NONE:
        yield "no_experience"
    if listing.education == Education.NONE:
        yield "no_degree"
    if Requirement.HEALTH_CERTIFICATE not in listing.flags and not listing.is_repost:
        yield "no_health_certificate"
    yield from (perk for perk in Perk.values if perk in listing.perks)


def encode_traits(listing: TraitSource) -> int:
    return encode_trait_names(list(list_traits(listing)))


def encode_trait_names(names: Collection[str]) -> int:
    return sum(_BITS[name] for name in set(names))


def decode_traits(value: int) -> list[str]:
    return [name for name, bit in _BITS.items() if value & bit]
