"""Invitations of colleagues, by mail or by text message.

The rights are given only to a person who signs in with the invited mailbox or phone, has an own password or
passkey, and gave a second factor. Nobody types another person's password.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.choices import NoticeKind
from accounts.inbox.invitation_messages import (
    COLLEAGUE,
    NO_TEXT_MESSAGES,
    is_own_contact,
    is_phone,
    may_send_to,
    withdraw_invitation_messages,
)
from accounts.inbox.named_notices import declare_named_notice
from accounts.inbox.notices import send_notice
from accounts.models import AccountEvent, StaffInvitation, User
from accounts.security.sessions import end_all_sessions
from accounts.sign_in.second_factor import PASSKEY, list_factor_types
from accounts.staff.posts import (
    NO_REASON,
    StaffChangeRefused,
    list_staff_managers,
    may_manage_staff,
    record_account_event,
    require_may_give,
    write_post,
)
from accounts.staff.rights import record_rights_change
from accounts.staff.scope import PostTerms, get_staff_scope, get_terms
from sitekit.messages.outbox import enqueue_messages
from sitekit.models import Mail, TextMessage
from sitekit.web.absolute_urls import build_absolute_url
from sitekit.web.rate_limits import count_attempt
from sitekit.web.signed_links import sign_link
from sitekit.workflow.periods import DAY

STAFF_INVITATION_LIFETIME = timedelta(days=3)
INVITATIONS_A_DAY = 20
_JOINED = declare_named_notice(
    "staff-joined",
    title="一位同事接受了邀请，后来注销了账号",
    old_keys="^staff-joined-[0-9]+$",
    old_words="{}接受了邀请",
)


def invite_colleague(actor: User, contact: str, terms: PostTerms, reason: str) -> StaffInvitation:
    """Send a link to a mailbox or a phone; an earlier link to the same one no longer works.

    Raises StaffChangeRefused.
    """
    contact = contact.lower()
    if not may_send_to(contact):
        raise StaffChangeRefused(NO_TEXT_MESSAGES)
    if not reason.strip():
        raise StaffChangeRefused(NO_REASON)
    with transaction.atomic():
        require_may_give(actor, terms)
        contact_fields = {"phone": contact} if is_phone(contact) else {"email": contact}
        user = User.objects.filter(**contact_fields).first()
        if user is not None and user.is_staff:
            raise StaffChangeRefused("对方已经是同事了，请直接改角色。")
        if user is not None and not user.is_active:
            raise StaffChangeRefused("对方的账号停用了，要先恢复账号。")
        if not count_attempt("staff invitations of", actor.pk, INVITATIONS_A_DAY, DAY):
            raise StaffChangeRefused("今天的邀请已经发得够多了，请明天再试。")
        for earlier in StaffInvitation.objects.filter(email=contact, answered_at=None):
            _end_invitation(earlier)
        invitation = StaffInvitation.objects.create(
            email=contact,
            role=terms.role,
            is_national=terms.is_national,
            places=list(terms.places),
            reason=reason.strip(),
            invited_by=actor,
        )
        enqueue_messages([_build_message(invitation, terms)])
        record_account_event(user, actor, "invite", reason, after=terms, invitation=invitation)
    return invitation


def cancel_staff_invitation(invitation_id: int, actor: User) -> None:
    """Make the link useless, and withdraw its message if it was not sent. Raises StaffChangeRefused."""
    with transaction.atomic():
        rows = list_staff_invitations(actor).select_for_update(of=("self",))
        invitation = rows.filter(pk=invitation_id).first()
        if invitation is None:
            raise StaffChangeRefused("这个邀请已经用过、撤回或者过期了。")
        _end_invitation(invitation)
        terms = get_terms(invitation)
        record_account_event(None, actor, "withdraw", "", before=terms, invitation=invitation)


def list_staff_invitations(viewer: User) -> QuerySet[StaffInvitation]:
    """Return those that can still be accepted, of a viewer with some places those for these alone."""
    oldest, codes = timezone.now() - STAFF_INVITATION_LIFETIME, get_staff_scope(viewer).codes
    rows = StaffInvitation.objects.filter(answered_at=None, created_at__gt=oldest)
    if codes is not None:
        rows = rows.filter(is_national=False, places__contained_by=sorted(codes))
    return rows.select_related("invited_by").order_by("-pk")


def list_shown_invitations(viewer: User) -> list[tuple[StaffInvitation, bool]]:
    """Return the open invitations, each with whether its sender may still give the rights; otherwise its link is
    invalid. Two queries."""
    rows = list(list_staff_invitations(viewer).select_related("invited_by__staff_post"))
    managers = list_staff_managers().filter(pk__in={row.invited_by_id for row in rows})
    numbers = set(managers.values_list("pk", flat=True)) if rows else set()
    return [(row, row.invited_by_id in numbers and _covers_places(row)) for row in rows]


def read_invitation_link(token: str) -> int:
    """Return the number of the invitation; raises LinkUnusable."""
    return COLLEAGUE.read_token(token, STAFF_INVITATION_LIFETIME)


def find_open_invitation(invitation_id: int | None) -> StaffInvitation | None:
    """Return the invitation if it can still be accepted: its sender must still be allowed to give these rights."""
    oldest = timezone.now() - STAFF_INVITATION_LIFETIME
    rows = StaffInvitation.objects.filter(answered_at=None, created_at__gt=oldest)
    rows = rows.select_related("invited_by__staff_post")
    invitation = rows.filter(pk=invitation_id).first() if invitation_id else None
    return invitation if invitation and _is_still_backed(invitation) else None


def _is_still_backed(invitation: StaffInvitation) -> bool:
    return may_manage_staff(invitation.invited_by) and _covers_places(invitation)


def _covers_places(invitation: StaffInvitation) -> bool:
    scope = get_staff_scope(invitation.invited_by)
    return scope.covers_places(invitation.is_national, invitation.places)


def list_missing_keys(user: User) -> list[str]:
    """Return what the user has yet to set up before accepting: `second factor`, `password`."""
    factors = list_factor_types(user)
    missing = [] if factors else ["second factor"]
    has_own_key = user.has_usable_password() or PASSKEY in factors
    return missing if has_own_key else [*missing, "password"]


def accept_staff_invitation(invitation_id: int, user: User, session_key: str | None) -> None:
    """Make the user a colleague; sessions elsewhere end, that with `session_key` gave the second factor.

    Raises StaffChangeRefused.
    """
    with transaction.atomic():
        rows = StaffInvitation.objects.select_for_update(of=("self",))
        rows.filter(pk=invitation_id).first()
        invitation = find_open_invitation(invitation_id)
        if invitation is None or not is_own_contact(invitation.email, user):
            raise StaffChangeRefused("这个邀请已经用不上了，请对方再发一封。")
        if list_missing_keys(user) or not user.is_active:
            raise StaffChangeRefused("先设好密码和两步验证，再接受。")
        user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        if user.is_staff or _has_changed_post_since(user, invitation):
            raise StaffChangeRefused("发出邀请以后，你的角色已经变过，这个邀请不再有效。")
        invitation.answered_at, invitation.accepted_by = timezone.now(), user
        invitation.save(update_fields=["answered_at", "accepted_by"])
        terms = get_terms(invitation)
        with record_rights_change(user, user, "join", invitation.reason, invitation):
            write_post(user, terms, invitation.invited_by)
        end_all_sessions(user, kept_session_key=session_key)
        send_notice(
            invitation.invited_by,
            _JOINED.build_key(user, invitation.pk),
            f"{user}接受了邀请",
            f"{terms}。不是你要请的人，马上收回权限。",
            kind=NoticeKind.SECURITY,
            address=f"/admin/team/{user.pk}/",
            button="看这位同事",
        )


def _has_changed_post_since(user: User, invitation: StaffInvitation) -> bool:
    """Whether the user was dismissed or got another role after the invitation; it then must not undo that."""
    changes = AccountEvent.objects.filter(user=user, action__in=("join", "role", "end"))
    return changes.filter(created_at__gt=invitation.created_at).exists()


def _end_invitation(invitation: StaffInvitation) -> None:
    withdraw_invitation_messages(_build_message_key(invitation))
    invitation.answered_at = timezone.now()
    invitation.save(update_fields=["answered_at"])


def _build_message_key(invitation: StaffInvitation) -> str:
    return f"staff-invitation-{invitation.pk}"


def _build_message(invitation: StaffInvitation, terms: PostTerms) -> Mail | TextMessage:
    key = _build_message_key(invitation)
    if is_phone(invitation.email):
        title = f"请你加入网站的后台，{STAFF_INVITATION_LIFETIME.days} 天内有效"
        return COLLEAGUE.build_text_message(key, invitation.email, title, invitation.pk)
    token = sign_link(COLLEAGUE.purpose, invitation.pk)
    context = {
        "by": invitation.invited_by.name or "一位同事",
        "terms": terms,
        "days": STAFF_INVITATION_LIFETIME.days,
        "link": build_absolute_url(f"/team/join/{token}/"),
    }
    text = render_to_string("accounts/staff/mail/invitation.txt", context)
    subject = "请你加入网站的后台"
    # Secret: the link goes from the table once the mail was sent.
    return Mail(key=key, to=invitation.email, subject=subject, text=text, is_secret=True)
