"""Who acts for an employer: invited by mail, in a role, and gone again. One owner always stays."""

from datetime import timedelta

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.choices import EmployerStatus
from accounts.employers import membership
from accounts.employers.transitions import record_employer_event
from accounts.inbox.notices import send_notice
from accounts.models import Employer, EmployerInvitation, EmployerMember, User
from sitekit.messages.outbox import enqueue_messages, withdraw_messages
from sitekit.models import Mail
from sitekit.web.absolute_urls import build_absolute_url
from sitekit.web.rate_limits import count_attempt
from sitekit.web.signed_links import read_signed_link, sign_link
from sitekit.workflow.refusals import Refusal

LASTS = timedelta(days=7)
PURPOSE = "employer invitation"
MOST_MEMBERS = 30
LETTERS_A_DAY, DAY = 3, timedelta(days=1)  # to one address
ASKED_A_DAY = 30  # by one employer
LAST_OWNER = "至少要有一位负责人。先让别人当负责人，再改这一位。"
Role = EmployerMember.Role


class MembershipRefused(Refusal):
    """Says in Chinese why; nothing was changed."""


def invite_member(employer_id: int, by: User, email: str, role: str) -> EmployerInvitation:
    """A letter with a link; an earlier one to the same address no longer works."""
    email = email.lower()
    with transaction.atomic():
        employer = _locked(employer_id)
        if employer.status == EmployerStatus.BANNED:
            raise MembershipRefused("单位在黑名单里，不能再邀请成员。")
        if employer.memberships.filter(user__email=email).exists():
            raise MembershipRefused("这个邮箱的主人已经是成员了。")
        if employer.memberships.count() >= MOST_MEMBERS:
            raise MembershipRefused(f"成员最多 {MOST_MEMBERS} 位。")
        if not (
            count_attempt("invitations of", employer.pk, ASKED_A_DAY, DAY)
            and count_attempt("invitations to", email, LETTERS_A_DAY, DAY)
        ):
            raise MembershipRefused("今天的邀请信已经发得够多了，请明天再试。")
        _end(employer.invitations.filter(email=email))
        row = EmployerInvitation.objects.create(
            employer=employer, email=email, role=role, invited_by=by
        )
        _write_to(row)
        record_employer_event(
            employer, by, "invite", f"邀请{row.get_role_display()}", employer.status
        )
    return row


def find_invitation(token: str) -> EmployerInvitation | None:
    """The row of a link, None where it was answered or taken back; raises `signed.Unusable`."""
    number = read_signed_link(PURPOSE, token, LASTS)
    rows = EmployerInvitation.objects.select_related("employer", "invited_by")
    return (
        rows.filter(pk=number, answered_at=None)
        .exclude(employer__status=EmployerStatus.BANNED)
        .first()
    )


def accept_invitation(number: int, user: User) -> Employer | None:
    """The person acts for the employer from now on; None where somebody was faster."""
    with transaction.atomic():
        rows = EmployerInvitation.objects.select_for_update().filter(pk=number, answered_at=None)
        row = rows.first()
        if row is None:
            return None
        employer = _locked(row.employer_id)
        row.answered_at, row.accepted = timezone.now(), True
        row.save(update_fields=["answered_at", "accepted"])
        member, is_new = employer.memberships.get_or_create(user=user, defaults={"role": row.role})
        if is_new:
            words = f"成员 {user.pk} 加入，{member.get_role_display()}"
            record_employer_event(employer, user, "join", words, employer.status)
            _tell_inviter(row, user)
    return employer


def withdraw_invitation(invitation: EmployerInvitation) -> None:
    """The link no longer works; a letter that has not left does not leave."""
    _end(EmployerInvitation.objects.filter(pk=invitation.pk))


def open_of(employer: Employer):
    fresh = timezone.now() - LASTS
    return employer.invitations.filter(answered_at=None, created_at__gt=fresh).order_by("-pk")


def change_role(employer_id: int, member_id: int, role: str, actor: User) -> None:
    with transaction.atomic():
        employer, member = _with_member(employer_id, member_id)
        if member.role == role:
            return
        if member.role == Role.OWNER:
            _require_another_owner(employer, member)
        member.role = role
        member.save(update_fields=["role"])
        words = f"成员 {member.user_id} 改为{member.get_role_display()}"
        record_employer_event(employer, actor, "member", words, employer.status)


def remove_member(employer_id: int, member_id: int, actor: User) -> None:
    """Somebody leaves or is taken out; what they did stays in the history."""
    with transaction.atomic():
        employer, member = _with_member(employer_id, member_id)
        if member.role == Role.OWNER:
            _require_another_owner(employer, member)
        words = f"成员 {member.user_id} " + ("离开" if member.user_id == actor.pk else "被移除")
        member.delete()
        record_employer_event(employer, actor, "member", words, employer.status)


def _locked(employer_id):
    return Employer.objects.select_for_update(of=("self",)).get(pk=employer_id)


def _with_member(employer_id, member_id):
    """Every change of members takes the employer's row first: two at once can't both be the last."""
    employer = _locked(employer_id)
    member = employer.memberships.filter(pk=member_id).first()
    if member is None:
        raise MembershipRefused("这位成员已经不在了。")
    return employer, member


def _require_another_owner(employer, member):
    if not employer.memberships.filter(role=membership.OWNER).exclude(pk=member.pk).exists():
        raise MembershipRefused(LAST_OWNER)


def _end(rows):
    for pk in rows.filter(answered_at=None).values_list("pk", flat=True):
        withdraw_messages(key=_key(pk))
    rows.filter(answered_at=None).update(answered_at=timezone.now())


def _key(pk):
    return f"employer-invitation-{pk}"


def _write_to(row):
    token = sign_link(PURPOSE, row.pk)
    context = {
        "employer": row.employer.name,
        "role": row.get_role_display(),
        "by": row.invited_by.name or "负责人",
        "link": build_absolute_url(f"/employer/join/{token}/"),
    }
    text = render_to_string("accounts/employers/mail/invitation.txt", context)
    subject = f"「{row.employer.name}」邀请你一起招人"
    enqueue_messages([Mail(key=_key(row.pk), to=row.email, subject=subject, text=text)])


def _tell_inviter(row, user):
    if row.invited_by_id == user.pk:
        return
    send_notice(
        row.invited_by,
        f"employer-joined-{row.pk}",
        f"{user.name or '你邀请的人'}加入了「{row.employer.name}」",
        f"角色是{row.get_role_display()}。不认识的话，马上在「成员」里移除。",
        address="/employer/members/",
        button="看成员",
        mail=False,
    )
