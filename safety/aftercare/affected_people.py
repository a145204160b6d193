"""Everybody who came near a listing: who was shown its contact, and who signed up for it."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from listings.models import Application, ContactReveal, Listing


@dataclass
class AffectedPerson:
    """One person, with the newest line of each ledger that tells of them."""

    account: User | None = None
    reveal: int | None = None
    application: int | None = None
    email: str = ""  # what was left to be warned by, the newest of each
    phone: str = ""

    @property
    def key(self) -> str:
        """Of the line that names them: tells nothing of who it is."""
        return f"r{self.reveal}" if self.reveal else f"a{self.application}"

    @property
    def mail_to(self) -> str:
        """Where they asked to be warned, if it is not their account's own address."""
        return "" if self.account and self.account.email == self.email else self.email

    @property
    def text_to(self) -> str:
        """A phone they left; or the account's, where there is no mailbox to write to."""
        if self.phone or self.email or self.account is None or self.account.email:
            return self.phone
        return self.account.phone if self.account.phone and self.account.phone_proved_at else ""

    @property
    def is_reached(self) -> bool:
        return bool(self.account or self.mail_to or self.text_to)


def find_affected_people(listing: Listing) -> list[AffectedPerson]:
    """Each person once, however often and under whichever of their names they came."""
    reveals = ContactReveal.objects.filter(listing=listing)
    sign_ups = Application.objects.filter(listing=listing)
    accounts = _accounts(reveals, sign_ups)
    found: dict[tuple, AffectedPerson] = {}
    rows = list(reveals.order_by("-pk").values_list("pk", "user_id", "email", "phone"))
    names = _Names(accounts)
    for pk, user, email, phone in rows:  # newest first: what is there stays
        if who := names.of(user, email, phone):
            one = found.setdefault(who, AffectedPerson(account=names.account(who)))
            one.reveal = one.reveal or pk
            one.email, one.phone = one.email or email, one.phone or phone
    for pk, seeker in sign_ups.order_by("-pk").values_list("pk", "seeker_id"):
        if seeker in accounts:
            one = found.setdefault(("account", seeker), AffectedPerson(account=accounts[seeker]))
            one.application = one.application or pk
    return _each_address_once(list(found.values()))


def _each_address_once(people: list[AffectedPerson]) -> list[AffectedPerson]:
    """What somebody signed in left may be another's, who is written to there anyway."""
    taken = {one.account.email for one in people if one.account}
    taken |= {name for one in people if not one.account for name in (one.email, one.phone)}
    for one in people:
        if one.account:
            own = one.account.email
            one.email = "" if one.email in taken and one.email != own else one.email
            one.phone = "" if one.phone in taken else one.phone
            taken |= {one.email, one.phone}
    return people


class _Names:
    """Which account, mailbox or phone a line of the ledger stands for. What somebody signed in left
    is not proved to be theirs: it makes no visitor that account."""

    def __init__(self, accounts):
        self._accounts = accounts
        self._by_mail = {user.email: pk for pk, user in accounts.items() if user.email}
        self._by_phone = {
            user.phone: pk for pk, user in accounts.items() if user.phone and user.phone_proved_at
        }

    def of(self, user, email, phone):
        if user in self._accounts:
            return "account", user
        owner = (email and self._by_mail.get(email)) or (phone and self._by_phone.get(phone))
        if owner:
            return "account", owner
        return ("mail", email) if email else ("phone", phone) if phone else None

    def account(self, who):
        kind, name = who
        return self._accounts[name] if kind == "account" else None


def _accounts(reveals: QuerySet, sign_ups: QuerySet) -> dict[int, User]:
    """Open accounts of those in the ledgers; also of visitors whose mailbox or phone has one."""
    users = User.objects.filter(is_active=True, closed_at=None)
    users = users.only("email", "phone", "phone_proved_at", "wants_mail", "is_active", "closed_at")
    mails = reveals.exclude(email="").values("email")
    phones = reveals.exclude(phone="").values("phone")
    each = (
        users.filter(pk__in=reveals.values("user")),
        users.filter(pk__in=sign_ups.values("seeker")),
        users.filter(email__in=mails),
        users.filter(phone__in=phones, phone_proved_at__isnull=False),
    )
    return {user.pk: user for found in each for user in found}
