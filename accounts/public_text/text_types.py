"""The kinds of text that one person writes and others read, each declared by one class.

An app registers those of its rows in its `AppConfig`. Judgement, history, the desk, retention and
personal data follow from that.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Any, ClassVar

from django.db.models import Case, Model, OuterRef, Q, QuerySet, Subquery, When

from accounts.choices import TextKind
from accounts.models import Employer, User
from accounts.public_text.employer_texts import list_employer_texts
from accounts.public_text.judgement import JudgementRules, PublicationReason


class PublicTextType[Row: Model](ABC):
    """`Row` is the subject of the text: the row that it belongs to, and that holds the public text."""

    kind: ClassVar[TextKind]
    model: ClassVar[type[Model]]
    fields: ClassVar[Mapping[str, str]]  # label by name
    rules: ClassVar[JudgementRules]
    region_path: ClassVar[str]  # from the row to the region in which it lies
    employer_path: ClassVar[str]  # from the row to the employer whom it concerns
    # To the author of refused words: in the reason that is suggested, in the notice, and where an appeal is written.
    cure: ClassVar[str] = "改好后再提交就行。"
    after_refusal: ClassVar[str] = "原来公开的没有变。改好后再提交就行。"
    appeal_advice: ClassVar[str] = "照着原因改好，再提交一次，多半比申诉快。觉得判错了，再申诉。"
    related: ClassVar[tuple[str, ...]] = ()  # what the words about a subject need of other tables

    def find_subjects(self, numbers: Iterable[int]) -> dict[int, Row]:
        return self._list_rows().in_bulk(numbers)

    def lock_subject(self, number: int) -> Row:
        """Return the row, locked until the transaction ends. Raises the model's `DoesNotExist`."""
        return self._list_rows().select_for_update(of=("self",)).get(pk=number)

    def _list_rows(self) -> QuerySet[Any]:
        rows = self.model._default_manager.all()
        return rows.select_related(*self.related) if self.related else rows

    def read_values(self, row: Row) -> dict[str, str]:
        """Return what is public now."""
        return {name: getattr(row, name) for name in self.fields}

    def list_row_reasons(self, row: Row, values: Mapping[str, str]) -> Iterable[PublicationReason]:
        """Return reasons to wait for a person that follow from the row, although the values are harmless in
        themselves."""
        return ()

    def list_companions(self, row: Row) -> list[str]:
        """Return what else its author has public: a telephone number may be divided over several texts."""
        employer = self.find_employer(row)
        return list_employer_texts(employer, (self.kind, row.pk)) if employer else []

    def apply_values(self, row: Row, values: Mapping[str, str]) -> None:
        """Make the values public."""
        for name, words in values.items():
            setattr(row, name, words)
        row.save(update_fields=[*values])

    def list_recipients(self, row: Row, author: User) -> list[User]:
        """Return the users who are notified of a moderator's decision."""
        return [author]

    def list_authors(self, row: Row, author: User) -> list[User]:
        """Return who hears that a version was refused, and may appeal: of all recipients those who write it."""
        return self.list_recipients(row, author)

    def build_approval_title(self, row: Row, user: User) -> str:
        """Return the title of the notice to one of the recipients."""
        return f"{self.describe_subject(row)}通过了"

    @abstractmethod
    def describe_subject(self, row: Row) -> str:
        """Return what the text is, as a part of a sentence: 「某某」的介绍."""

    @abstractmethod
    def get_author_address(self, row: Row, author: User) -> str:
        """Return the address of the page on which its author sees it."""

    def get_region_code(self, row: Row) -> int | None:
        """Return the region in which it lies; no query of a row that `related` was read with."""
        return reduce(getattr, f"{self.region_path}_id".split("__"), row)  # type: ignore[return-value]

    def find_employer(self, row: Row) -> Employer | None:
        """Return the employer on whose page the text stands or that it is about."""
        return None

    def list_readers(self, row: Row) -> list[tuple[str, str]]:
        """Return where it is read: (words, address at the desk or the site)."""
        return []


TEXT_TYPES: dict[str, PublicTextType[Any]] = {}  # by kind


def register_text_type(text_type: PublicTextType[Any]) -> None:
    TEXT_TYPES[text_type.kind] = text_type


def build_subject_condition(
    build_condition: Callable[[PublicTextType[Any]], Q], prefix: str = ""
) -> Q:
    """Return the condition that a text belongs to a row for which the condition of the row's type holds.

    `prefix` leads to the text.
    """
    condition = Q()
    for text_type in TEXT_TYPES.values():
        rows = text_type.model._default_manager.filter(build_condition(text_type))
        subjects = {f"{prefix}kind": text_type.kind, f"{prefix}subject__in": rows.values("pk")}
        condition |= Q(**subjects)
    return condition


def build_text_region(prefix: str = "") -> Case:
    """Return the region of a text: it lies where the row lies that it belongs to."""
    return Case(
        *(
            When(
                **{f"{prefix}kind": text_type.kind},
                then=Subquery(
                    text_type.model._default_manager.filter(pk=OuterRef(f"{prefix}subject")).values(
                        text_type.region_path
                    )[:1]
                ),
            )
            for text_type in TEXT_TYPES.values()
        )
    )


def list_private_kinds() -> list[str]:
    """Return the kinds that one person writes to one other."""
    return [kind for kind, text_type in TEXT_TYPES.items() if text_type.rules.is_private]
