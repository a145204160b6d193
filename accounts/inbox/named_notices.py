"""Notices that name a person who is not their reader. When the account of the person is closed, the name leaves the
inboxes and the outboxes of the others.

The module that sends such a notice declares its kind here; the keys of the kind begin with the number of the person.
`tests/accounts/inbox/test_named_notices.py` finds a notice with a name that is not declared.
"""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import Notice, User
from sitekit.messages.channels import create_channels

_KINDS: list["NamedNotice"] = []


@dataclass(frozen=True)
class NamedNotice:
    """`title` and `text` replace what names the person; what is empty stays as it was sent.

    Keys of earlier releases do not have the number of the person. `old_keys` matches them, and `old_words` are the
    words with the name.
    """

    beginning: str
    title: str
    text: str
    old_keys: str
    old_words: str

    def build_key(self, person: User, *numbers: int) -> str:
        return "-".join(map(str, (self.beginning, person.pk, *numbers)))

    def forget_name(self, person: User) -> None:
        with_name = {"key__startswith": f"{self.beginning}-{person.pk}-"}
        old_keys = list(self._list_old_notices(person).values_list("key", flat=True))
        nameless = {"title": self.title, "text": self.text}
        words = {name: value for name, value in nameless.items() if value}
        Notice.objects.filter(Q(**with_name) | Q(key__in=old_keys)).update(**words)
        for channel in create_channels():
            messages = channel.model._default_manager
            messages.filter(Q(**with_name) | Q(key__in=old_keys)).delete()

    def _list_old_notices(self, person: User) -> QuerySet[Notice]:
        if not self.old_keys or not person.name:
            return Notice.objects.none()
        words = self.old_words.format(person.name)
        has_name = Q(title__startswith=words) if self.title else Q(text__contains=words)
        return Notice.objects.filter(has_name, key__regex=self.old_keys)


def declare_named_notice(
    beginning: str, *, title: str = "", text: str = "", old_keys: str = "", old_words: str = ""
) -> NamedNotice:
    kind = NamedNotice(beginning, title, text, old_keys, old_words)
    _KINDS.append(kind)
    return kind


def forget_name_in_notices(person: User) -> None:
    for kind in _KINDS:
        kind.forget_name(person)
