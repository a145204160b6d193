"""The people affected by a listing: who was shown its contact, and who signed up for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from listings.models import Application, ContactReveal, Listing

type _Reveal = tuple[int, int | None, str, str]  # number, account, mailbox, phone
type _Identity = int | str  # the number of the account, else the mailbox, else the phone


@dataclass
class AffectedPerson:
    """One person, with the numbers of their newest contact reveal and application."""

    account: User | None = None
    reveal: int | None = None
    application: int | None = None
    email: str = ""  # what they left to be warned by, the newest of each
    phone: str = ""

    @property
    def key(self) -> str:
        """Return the number of the reveal or application, which does not say who it is."""
        return f"r{self.reveal}" if self.reveal else f"a{self.application}"

    @property
    def mail_to(self) -> str:
        """Return the mailbox they left, if it is not their account's own address."""
        return "" if self.account and self.account.email == self.email else self.email

    @property
    def text_message_to(self) -> str:
        """Return the phone they left, or the account's proved one if there is no mailbox at all."""
        if self.phone or self.email or self.account is None or self.account.email:
            return self.phone
        return self.account.phone if self.account.phone and self.account.phone_proved_at else ""

    @property
    def is_reachable(self) -> bool:
        return bool(self.account or self.mail_to or self.text_message_to)


def find_affected_people(listing: Listing) -> list[AffectedPerson]:
    """Return each person once, even if they came several times, with an account, a mailbox or a phone."""
    reveals = ContactReveal.objects.filter(listing=listing)
    sign_ups = Application.objects.filter(listing=listing)
    rows = list(reveals.order_by("-pk").values_list("pk", "user_id", "email", "phone"))
    accounts = _map_open_accounts(rows, sign_ups)
    # A user who is signed in may leave an address that is not theirs, so such an address does not connect
    # visitors to the account.
    by_mail = {user.email: pk for pk, user in accounts.items() if user.email}
    by_phone = {
        user.phone: pk for pk, user in accounts.items() if user.phone and user.phone_proved_at
    }
    people: dict[_Identity, AffectedPerson] = {}
    for pk, user, email, phone in rows:  # newest first: earlier values are kept
        owner = user if user in accounts else by_mail.get(email) or by_phone.get(phone)
        if not (owner or email or phone):
            continue
        identity: _Identity = owner or email or phone
        person = people.setdefault(
            identity, AffectedPerson(account=accounts[owner] if owner else None)
        )
        person.reveal = person.reveal or pk
        person.email, person.phone = person.email or email, person.phone or phone
    for pk, seeker in sign_ups.order_by("-pk").values_list("pk", "seeker_id"):
        if seeker in accounts:
            person = people.setdefault(seeker, AffectedPerson(account=accounts[seeker]))
            person.application = person.application or pk
    return _remove_repeated_addresses(list(people.values()))


def _remove_repeated_addresses(people: list[AffectedPerson]) -> list[AffectedPerson]:
    """Remove what a signed-in user left if it also belongs to another person, who gets the message there anyway."""
    taken = {person.account.email for person in people if person.account}
    for person in people:
        if not person.account:
            taken |= {person.email, person.phone}
    for person in people:
        if person.account:
            account_email = person.account.email
            if person.email in taken and person.email != account_email:
                person.email = ""
            if person.phone in taken:
                person.phone = ""
            taken |= {person.email, person.phone}
    return people


def _map_open_accounts(
    reveals: Sequence[_Reveal], sign_ups: QuerySet[Application]
) -> dict[int, User]:
    """Return, by number, the open accounts of the users in both lists, and those with a visitor's mailbox or phone."""
    users = User.objects.filter(is_active=True, closed_at=None)
    users = users.only(
        *("email", "phone", "phone_proved_at", "wants_mail", "notice_choices"),
        *("is_active", "closed_at"),
    )
    numbers = {user for _pk, user, _email, _phone in reveals if user}
    mails = {email for _pk, _user, email, _phone in reveals if email}
    phones = {phone for _pk, _user, _email, phone in reveals if phone}
    querysets = (
        users.filter(pk__in=numbers),
        users.filter(pk__in=sign_ups.values("seeker")),
        users.filter(email__in=mails),
        users.filter(phone__in=phones, phone_proved_at__isnull=False),
    )
    return {user.pk: user for queryset in querysets for user in queryset}
