"""The members of an employer: invited by mail or text message, given a role, removed. One owner always stays."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.choices import EmployerStatus, NoticeKind
from accounts.employers.member_notices import (
    MemberMessage,
    build_member_messages,
    notify_members,
)
from accounts.employers.membership import OWNER_ROLE, build_desk_address, lock_employer
from accounts.employers.registration import (
    SANCTIONED_STATUSES,
    RegistrationRefused,
    require_not_banned,
)
from accounts.employers.transitions import record_employer_event
from accounts.inbox.invitation_messages import (
    MEMBER,
    NO_TEXT_MESSAGES,
    is_own_contact,
    is_phone,
    may_send_to,
    withdraw_invitation_messages,
)
from accounts.inbox.named_notices import declare_named_notice
from accounts.inbox.notices import send_notice, send_notices
from accounts.models import (
    Employer,
    EmployerEvent,
    EmployerInvitation,
    EmployerMember,
    User,
)
from accounts.public_text.quoted_words import is_quotable
from sitekit.messages.outbox import enqueue_messages
from sitekit.models import Mail, TextMessage
from sitekit.site_settings.limits import declare_limit
from sitekit.web.absolute_urls import build_absolute_url
from sitekit.web.rate_limits import count_attempt
from sitekit.web.signed_links import sign_link
from sitekit.workflow.periods import DAY
from sitekit.workflow.refusals import Refusal

INVITATION_LIFETIME = timedelta(days=7)
MAX_MEMBERS = declare_limit("members", "账号和单位", "一家单位有几位成员", 30, most=500)
INVITATIONS_TO_ONE_CONTACT_A_DAY = declare_limit(
    "invitations_to_address", "账号和单位", "一个邮箱或手机号每天收几次成员邀请", 3, most=20
)
INVITATIONS_A_DAY = declare_limit(
    "invitations_a_day", "账号和单位", "一家单位每天发几次成员邀请", 30, most=300
)
LAST_OWNER_MESSAGE = "至少要有一位负责人。先让别人当负责人，再改这一位。"
STOPPED_MESSAGE = (
    "单位已冻结或在黑名单里，负责人现在不能离开、移除，也不能改角色。觉得判错了，可以申诉。"
)
BANNED_OWNER_MESSAGE = "如果弄错了，打页面底部的投诉电话申诉，会有人重新看。"
MEMBER_GONE_MESSAGE = "这位成员已经不在了。"
_LOSS_WORDS = (
    "发过的兼职、收到的报名都留在单位里。兼职和单位资料里留的如果是对方的电话，请换成现在的人的。"
)
_OWNER_LOSS_WORDS = "对方发出、还没人接受的邀请不能再用；还要请的人，请再邀请一次。"
_JOINED = declare_named_notice(
    "member-joined",
    title="一位成员加入了单位，后来注销了账号",
    old_keys="^employer-joined-",
    old_words="{}加入了「",
)
_LEFT = declare_named_notice("member-left", title="一位成员离开了单位，后来注销了账号")


class MembershipRefused(Refusal):
    """A change of the members was refused."""


def invite_member(employer_id: int, by: User, contact: str, role: str) -> EmployerInvitation:
    """Send a link to a mailbox or a phone; an earlier link to the same one no longer works.

    Raises MembershipRefused.
    """
    contact = contact.lower()
    if not may_send_to(contact):
        raise MembershipRefused(NO_TEXT_MESSAGES)
    with transaction.atomic():
        employer = lock_employer(employer_id)
        if employer.status == EmployerStatus.BANNED:
            raise MembershipRefused("单位在黑名单里，不能再邀请成员。")
        if is_phone(contact) and employer.status != EmployerStatus.VERIFIED:
            raise MembershipRefused("单位通过认证以后才能用短信邀请；现在请填对方的邮箱。")
        contact_filter = {"user__phone": contact} if is_phone(contact) else {"user__email": contact}
        if employer.memberships.filter(**contact_filter).exists():
            raise MembershipRefused("对方已经是成员了。")
        if employer.memberships.count() >= int(MAX_MEMBERS):
            raise MembershipRefused(f"成员最多 {int(MAX_MEMBERS)} 位。")
        if not (
            count_attempt("invitations of", employer.pk, INVITATIONS_A_DAY, DAY)
            and count_attempt("invitations to", contact, INVITATIONS_TO_ONE_CONTACT_A_DAY, DAY)
        ):
            raise MembershipRefused("今天的邀请已经发得够多了，请明天再试。")
        _end_invitations(employer.invitations.filter(email=contact))
        invitation = EmployerInvitation.objects.create(
            employer=employer, email=contact, role=role, invited_by=by
        )
        enqueue_messages([_build_message(invitation)])
        words = f"邀请{invitation.get_role_display()}"
        record_employer_event(employer, by, "invite", words, employer.status)
    return invitation


def find_invitation(token: str) -> EmployerInvitation | None:
    """Return the open invitation of a link, or None; raises LinkUnusable."""
    invitation_id = MEMBER.read_token(token, INVITATION_LIFETIME)
    rows = _list_open_invitations().select_related("employer", "invited_by")
    return rows.filter(pk=invitation_id).first()


def find_joined_employer(token: str, user: User) -> Employer | None:
    """Return the employer that the user joined by this link and still is a member of; raises LinkUnusable."""
    invitation_id = MEMBER.read_token(token, INVITATION_LIFETIME)
    invitation = EmployerInvitation.objects.filter(pk=invitation_id, accepted=True).first()
    if invitation is None or not is_own_contact(invitation.email, user):
        return None
    return Employer.objects.filter(pk=invitation.employer_id, memberships__user=user).first()


def _list_open_invitations() -> QuerySet[EmployerInvitation]:
    """Return invitations that nobody has answered and that are not too old, of employers that are not banned, sent
    by a member who is still an owner.

    A removed member therefore cannot come back by an own invitation, and nobody joins an employer whose owner has
    left.
    """
    oldest = timezone.now() - INVITATION_LIFETIME
    givers = EmployerMember.objects.filter(
        employer=OuterRef("employer"), user=OuterRef("invited_by"), role=OWNER_ROLE
    )
    rows = EmployerInvitation.objects.exclude(employer__status=EmployerStatus.BANNED)
    return rows.filter(Exists(givers), answered_at=None, created_at__gt=oldest)


def accept_employer_invitation(invitation_id: int, user: User) -> Employer | None:
    """Make the user a member; return the employer with the user's `role`, which stays if they were a member
    before. None if the invitation is not open or is somebody else's. Raises `MembershipRefused`."""
    with transaction.atomic():
        addressed = EmployerInvitation.objects.filter(pk=invitation_id).first()
        if addressed is None or not is_own_contact(addressed.email, user):
            return None
        employer = lock_employer(addressed.employer_id)
        open_invitations = _list_open_invitations().select_for_update(of=("self",))
        invitation = open_invitations.filter(pk=invitation_id).first()
        if invitation is None:
            return None
        is_member = employer.memberships.filter(user=user).exists()
        if not is_member and employer.memberships.count() >= int(MAX_MEMBERS):
            raise MembershipRefused(f"这家单位的成员已经满 {int(MAX_MEMBERS)} 位，现在加入不了。")
        if not is_member and invitation.role == OWNER_ROLE:
            _require_allowed_owner(employer, user, "你现在不能当这家单位的负责人。")
        invitation.answered_at, invitation.accepted = timezone.now(), True
        invitation.save(update_fields=["answered_at", "accepted"])
        role = invitation.role
        member, is_new = employer.memberships.get_or_create(
            user=user, defaults={"role": role, "owner_since": _date_owner(role)}
        )
        if is_new:
            words = f"成员 {user.pk} 加入，{member.get_role_display()}"
            record_employer_event(employer, user, "join", words, employer.status)
            _notify_owners_of_new_member(invitation, user)
        employer.role = member.role
    return employer


def cancel_employer_invitation(employer: Employer, invitation_id: int) -> None:
    """Make the link useless, and withdraw its message if it was not sent. Raises `MembershipRefused`
    if it was answered or withdrawn meanwhile."""
    with transaction.atomic():
        if not _end_invitations(employer.invitations.filter(pk=invitation_id)):
            raise MembershipRefused("没有撤回：对方已经接受了，或者邀请已经撤回过。")


def list_employer_invitations(employer: Employer) -> QuerySet[EmployerInvitation]:
    return _list_open_invitations().filter(employer=employer).order_by("-pk")


def change_role(employer_id: int, member_id: int, role: str, actor: User) -> None:
    with transaction.atomic():
        employer, member = _lock_with_member(employer_id, member_id)
        if member.role == role:
            return
        if member.role == OWNER_ROLE:
            _require_replaceable_owner(employer, member)
        else:
            _require_allowed_owner(employer, member.user, "这位成员现在不能当负责人。")
        member.role, member.owner_since = role, _date_owner(role)
        member.save(update_fields=["role", "owner_since"])
        words = f"成员 {member.user_id} 改为{member.get_role_display()}"
        event = record_employer_event(employer, actor, "member", words, employer.status)
        done = f"你在「{employer.name}」的角色改成了{member.get_role_display()}"
        address = build_desk_address("/employer/", employer.pk)
        _notify_changed_member(member.user, event, done, "负责人改的。", address)


def remove_employer_member(employer_id: int, member_id: int, actor: User) -> None:
    """Delete the membership; the events of the member stay."""
    with transaction.atomic():
        employer, member = _lock_with_member(employer_id, member_id)
        if member.role == OWNER_ROLE:
            _require_replaceable_owner(employer, member)
        words = f"成员 {member.user_id} " + ("离开" if member.user_id == actor.pk else "被移除")
        member.delete()
        event = record_employer_event(employer, actor, "member", words, employer.status)
        done = f"你不再是「{employer.name}」的成员"
        text = "负责人移除的。以后不能再替它发兼职、看报名；发过的兼职留在单位里。想回来，要请负责人邀请。"
        _notify_changed_member(member.user, event, done, text, "/me/")
        _notify_owners_of_departure(member, event)


def end_memberships(user: User) -> None:
    """End the memberships of a user who closes the account; the employers are locked.

    If colleagues stay, an event is written and the owners are told: invitations by the member end, and listings may
    still name the member's phone.
    """
    for member in user.memberships.select_related("employer").order_by("employer"):
        employer = member.employer
        member.delete()
        if not employer.memberships.exists():
            continue
        words = f"成员 {user.pk} 注销了账号"
        event = record_employer_event(employer, user, "member", words, employer.status)
        _notify_owners_of_closed_account(member, event)


def _notify_owners_of_departure(member: EmployerMember, event: EmployerEvent) -> None:
    """Notify the other owners that a member left or was removed; the person who did it needs no notice."""
    name = member.user.name or f"一位{member.get_role_display()}"
    is_removed = event.actor != member.user
    text = f"另一位负责人移除的。{_LOSS_WORDS}" if is_removed else _LOSS_WORDS
    if member.role == OWNER_ROLE:
        text += f"{_OWNER_LOSS_WORDS}对方建的接口令牌也不能再用。"
    message = MemberMessage(
        _LEFT.build_key(member.user, event.pk),
        f"{name}{'被移出了' if is_removed else '离开了'}「{member.employer.name}」",
        text,
        "/employer/members/",
        "看成员",
    )
    messages = build_member_messages(member.employer, message, roles=[OWNER_ROLE])
    others = [row for row in messages if row.user != event.actor]
    send_notices(others, kind=NoticeKind.HIRING, mail=False)


def _notify_owners_of_closed_account(member: EmployerMember, event: EmployerEvent) -> None:
    text = _LOSS_WORDS + (_OWNER_LOSS_WORDS if member.role == OWNER_ROLE else "")
    message = MemberMessage(
        f"employer-member-closed-{event.pk}",
        f"「{member.employer.name}」的一位{member.get_role_display()}注销了账号",
        text,
        "/employer/members/",
        "看成员",
    )
    notify_members(member.employer, message, roles=[OWNER_ROLE])


def _notify_changed_member(
    user: User, event: EmployerEvent, title: str, text: str, address: str
) -> None:
    """Tell the member, unless they did it themselves; by mail even if they switched mails off, as it is about
    rights."""
    if event.actor == user:
        return
    key, button = f"employer-member-{event.pk}", "去看看"
    send_notice(user, key, title, text, kind=NoticeKind.SECURITY, address=address, button=button)


def _lock_with_member(employer_id: int, member_id: int) -> tuple[Employer, EmployerMember]:
    """Lock the employer before any change of members, so that one owner is left."""
    employer = lock_employer(employer_id)
    member = employer.memberships.filter(pk=member_id).first()
    if member is None:
        raise MembershipRefused(MEMBER_GONE_MESSAGE)
    return employer, member


def _date_owner(role: str) -> datetime | None:
    return timezone.now() if role == OWNER_ROLE else None


def _require_replaceable_owner(employer: Employer, member: EmployerMember) -> None:
    """Refuse to remove or demote the last owner, and any owner of a stopped employer, which is recognised by its
    owners if it registers again."""
    if employer.status in SANCTIONED_STATUSES:
        raise MembershipRefused(STOPPED_MESSAGE)
    if not employer.memberships.filter(role=OWNER_ROLE).exclude(pk=member.pk).exists():
        raise MembershipRefused(LAST_OWNER_MESSAGE)


def _require_allowed_owner(employer: Employer, user: User, words: str) -> None:
    """Refuse an owner of a banned employer, who may not register another employer either."""
    try:
        require_not_banned(user, "", "", employer.pk)
    except RegistrationRefused:
        raise MembershipRefused(words + BANNED_OWNER_MESSAGE) from None


def _end_invitations(invitations: QuerySet[EmployerInvitation]) -> int:
    """Return how many of them were open."""
    for pk in invitations.filter(answered_at=None).values_list("pk", flat=True):
        withdraw_invitation_messages(_build_message_key(pk))
    return invitations.filter(answered_at=None).update(answered_at=timezone.now())


def _build_message_key(pk: int) -> str:
    return f"employer-invitation-{pk}"


def get_inviting_name(invitation: EmployerInvitation) -> str:
    """Return the name of the employer for the invited person: the checked name, if there is one."""
    return invitation.employer.checked_name or "一家单位"


def get_inviter_name(invitation: EmployerInvitation) -> str:
    name = invitation.invited_by.name
    return name if name and is_quotable(name) else "负责人"


def _build_message(invitation: EmployerInvitation) -> Mail | TextMessage:
    employer_name, key = get_inviting_name(invitation), _build_message_key(invitation.pk)
    if is_phone(invitation.email):
        title = f"「{employer_name}」请你当{invitation.get_role_display()}，一起招人"
        return MEMBER.build_text_message(key, invitation.email, title, invitation.pk)
    token = sign_link(MEMBER.purpose, invitation.pk)
    context = {
        "employer": employer_name,
        "role": invitation.get_role_display(),
        "by": get_inviter_name(invitation),
        "link": build_absolute_url(f"/employer/join/{token}/"),
    }
    text = render_to_string("accounts/employers/mail/invitation.txt", context)
    subject = f"「{employer_name}」邀请你一起招人"
    return Mail(key=key, to=invitation.email, subject=subject, text=text)


def _notify_owners_of_new_member(invitation: EmployerInvitation, user: User) -> None:
    """Notify the other owners, by mail even if they switched mails off, so that they can remove a person who should not
    have joined."""
    message = MemberMessage(
        _JOINED.build_key(user, invitation.pk),
        f"{user.name or '受邀请的人'}加入了「{invitation.employer.name}」",
        f"角色是{invitation.get_role_display()}。不认识的话，马上在「成员」里移除。",
        address="/employer/members/",
        button="看成员",
    )
    messages = build_member_messages(invitation.employer, message, roles=[OWNER_ROLE])
    others = [row for row in messages if row.user.pk != user.pk]
    send_notices(others, kind=NoticeKind.SECURITY)
