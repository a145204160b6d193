"""The proof, once for each browser, that a visitor can read a mailbox or phone: a code sent there, before a contact
is shown.

The state between the pages is stored in a sealed cookie: a guest leaves no row behind, and the page for the code is
still there after the visitor has looked into the mailbox.
"""

import re
from datetime import timedelta
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse

from accounts.sign_in.access import find_trust
from accounts.sign_in.login_by_code import create_nonce
from accounts.sign_in.one_time_codes import send_code, send_code_unless_recent
from sitekit.forms.fields import mask_email
from sitekit.forms.phone_numbers import mask_phone
from sitekit.web.sealed_cookies import read_sealed_cookie, set_sealed_cookie
from sitekit.web.visitor_network import get_visitor_network

PENDING, PENDING_LASTS = "contact_code", timedelta(minutes=30)
PROOF, PROOF_LASTS = "contact_proof", timedelta(days=30)


class PendingProof(NamedTuple):
    """A contact that a code was sent to, until the code is typed."""

    contact: str  # an e-mail address, or a phone as E.164
    nonce: str
    grown_for: int  # the listing for which the age was confirmed together with it, or 0

    @property
    def purpose(self) -> str:
        """Return the purpose of the code. It is bound to this browser, so that a code which a stranger requests
        neither voids this code nor uses up its tries."""
        return f"see a contact {self.nonce}"


class ProvedContact(NamedTuple):
    """A mailbox or a phone; the other one is empty."""

    email: str = ""
    phone: str = ""

    @property
    def masked(self) -> str:
        """Return the contact so that its owner recognises it, but other users of the browser cannot read it."""
        return mask_phone(self.phone) or mask_email(self.email)


def start_proof(request: HttpRequest, contact: str, nonce: str, grown_for: int) -> PendingProof:
    """Send a code, only one however often the form is sent; raises `CodeRefused`."""
    nonce = nonce if re.fullmatch("[0-9a-f]{16}", nonce) else create_nonce()
    pending = PendingProof(contact, nonce, grown_for)
    send_code_unless_recent(
        pending.purpose,
        contact,
        get_visitor_network(request),
        is_known=bool(find_trust(request, contact)),
    )
    return pending


def send_another_code(request: HttpRequest, pending: PendingProof) -> None:
    """Send a new code; the previous one becomes void. Raises `CodeRefused`."""
    send_code(
        pending.purpose,
        pending.contact,
        get_visitor_network(request),
        is_known=bool(find_trust(request, pending.contact)),
    )


def read_pending_proof(request: HttpRequest) -> PendingProof | None:
    """Return the contact to which a code was sent from this browser; None if there is none or it is too old."""
    content = read_sealed_cookie(request, PENDING, PENDING_LASTS)
    return PendingProof(**content) if content else None


def keep_pending_proof(response: HttpResponse, pending: PendingProof) -> None:
    set_sealed_cookie(response, PENDING, pending._asdict(), PENDING_LASTS)


def read_proved_contact(request: HttpRequest) -> ProvedContact | None:
    """Return the contact that was proved on this browser; None if there is none or it is too old."""
    content = read_sealed_cookie(request, PROOF, PROOF_LASTS)
    return ProvedContact(**content) if content else None


def keep_proved_contact(response: HttpResponse, proved: ProvedContact) -> None:
    set_sealed_cookie(response, PROOF, proved._asdict(), PROOF_LASTS)
    response.delete_cookie(PENDING, samesite="Lax")


def forget_proof(response: HttpResponse) -> None:
    for name in (PENDING, PROOF):
        response.delete_cookie(name, samesite="Lax")


def build_proved_contact(contact: str) -> ProvedContact:
    return ProvedContact(email=contact) if "@" in contact else ProvedContact(phone=contact)
