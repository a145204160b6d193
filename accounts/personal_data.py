"""The personal data of an account: its details, ways to sign in, employers."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.choices import EmployerStatus, TextKind
from accounts.employers.check_endings import end_checks_for_changes
from accounts.employers.invitations import end_memberships
from accounts.employers.registration import keep_owner_phone
from accounts.employers.transitions import change_employer_status
from accounts.inbox.named_notices import forget_name_in_notices
from accounts.models import (
    Employer,
    EmployerDocument,
    EmployerEvent,
    EmployerInvitation,
    EmployerMember,
    PublicText,
    SavedListFilter,
    StaffInvitation,
    StaffPost,
    User,
)
from accounts.models.employer import employer_facts_changed
from accounts.public_text.text_types import list_private_kinds
from accounts.public_text.transitions import forget_public_texts
from accounts.staff.roles import VIEW_STAFF
from accounts.verification.papers import purge_paper
from sitekit.maintenance.personal_data import ClosingObstacle, PersonalData, StaffWay
from sitekit.messages.channel_base import find_own_phone
from sitekit.messages.quiet_hours import QUIET_FROM, QUIET_UNTIL

CLOSED_ACCOUNT_NAME = "已注销的招聘者"
_STATUS_WITHOUT_MEMBERS: dict[str, EmployerStatus] = {
    EmployerStatus.VERIFIED: EmployerStatus.LAPSED,
    EmployerStatus.PENDING: EmployerStatus.REJECTED,
}


def export(user: User) -> dict[str, Any]:
    fields = (
        *("email", "phone", "phone_proved_at", "name", "date_joined"),
        *("wants_mail", "notice_choices", "quiet_from", "quiet_until"),
    )
    return {
        "account": {name: getattr(user, name) for name in fields},
        "sign_in": _export_sign_in(user),
        "consents": list(
            user.consents.values("kind", "version", "about", "given_at", "withdrawn_at")
        ),
        "notices": list(user.notices.values("title", "text", "address", "created_at", "read_at")),
        "digests": list(
            user.digest_lines.values("kind", "title", "count", "address", "created_at", "texted_at")
        ),
        "employers": _export_employers(user),
        "account_events": list(
            user.account_events.order_by("pk").values("action", "reason", "created_at")
        ),
        "saved_list_filters": list(
            user.saved_list_filters.order_by("pk").values(
                "list_name", "name", "query", "created_at"
            )
        ),
        "texts_written": _list_written_texts(user),
        "papers_looked_at": list(
            user.paper_looks.values("document_id", "page", "times", "began_at", "last_at")
        ),
    }


def _export_sign_in(user: User) -> dict[str, Any]:
    keys = Authenticator.objects.filter(user=user).order_by("pk")
    accounts = SocialAccount.objects.filter(user=user).order_by("pk")
    sessions = UserSession.objects.filter(user=user).order_by("pk")
    return {
        "keys": list(keys.values("type", "created_at", "last_used_at")),
        "other_accounts": list(accounts.values("provider", "uid", "extra_data", "date_joined")),
        "sessions": list(sessions.values("ip", "user_agent", "created_at", "last_seen_at")),
        "sign_ins": list(user.sign_ins.order_by("pk").values("device", "ip", "created_at")),
    }


def _list_written_texts(user: User) -> list[Any]:
    """Return every version of what others read, other than the texts of listings."""
    texts = PublicText.objects.filter(author=user).order_by("pk")
    return list(texts.values("kind", "subject", "values", "status", "created_at", "decided_at"))


def _export_employers(user: User) -> list[dict[str, Any]]:
    """Leaves out the contact of employers with other members, because it may belong to one of them."""
    own_ids = {employer.pk for employer in list_employers_without_other_members(user)}
    members = user.memberships.select_related("employer").order_by("pk")
    return [
        _export_employer(member, user, is_own=member.employer_id in own_ids) for member in members
    ]


def _export_employer(member: EmployerMember, user: User, *, is_own: bool) -> dict[str, Any]:
    names = ["name", "kind", "status", "licence_code"]
    names += ["contact_name", "contact_phone"] if is_own else []
    changes = ["changes"] if is_own else []
    own_papers = EmployerDocument.objects.filter(employer=member.employer, uploaded_by=user)
    events = EmployerEvent.objects.filter(employer=member.employer, actor=user)
    return {
        "role": member.role,
        **{name: getattr(member.employer, name) for name in names},
        "papers": list(
            own_papers.values("kind", "side", "content_type", "size", "uploaded_at", "purged_at")
        ),
        "done_by_me": list(events.values("action", "before", "after", "created_at", *changes)),
    }


def _list_employers_left_without_owner(user: User) -> QuerySet[Employer]:
    """Return the employers that have other members, but no other owner."""
    others = EmployerMember.objects.filter(employer=OuterRef("pk")).exclude(user=user)
    own_employers = Employer.objects.filter(
        memberships__user=user, memberships__role=EmployerMember.Role.OWNER
    )
    other_owners = others.filter(role=EmployerMember.Role.OWNER)
    return own_employers.filter(Exists(others), ~Exists(other_owners)).order_by("pk")


def _list_frozen_employers(user: User) -> QuerySet[Employer]:
    """Return the frozen employers of which the user is an owner or the only member.

    Their account stays until the freeze is decided: its data would be needed to recognise the employer after a ban.
    """
    others = EmployerMember.objects.filter(employer=OuterRef("pk")).exclude(user=user)
    is_answerable = Q(memberships__role=EmployerMember.Role.OWNER) | ~Exists(others)
    frozen = Employer.objects.filter(
        is_answerable, memberships__user=user, status=EmployerStatus.FROZEN
    )
    return frozen.order_by("pk")


def list_account_obstacles(user: User) -> list[ClosingObstacle]:
    obstacles = []
    if user.is_staff:
        obstacles.append(
            ClosingObstacle(
                "后台账号不能自己注销，请让另一位管理员先收回权限。",
                "这是同事的账号，先收回后台权限。",
                (StaffWay(reverse("staff_colleague", args=[user.pk]), VIEW_STAFF),),
            )
        )
    for employer in _list_frozen_employers(user):
        page = reverse("admin:accounts_employer_change", args=[employer.pk])
        obstacles.append(
            ClosingObstacle(
                f"「{employer.name}」被冻结，正在核实。核实有了结果（解冻，或者列入黑名单）就能注销，"
                "结果会发站内信；觉得冻结错了，可以申诉。",
                f"「{employer.name}」被冻结，正在核实：在审核台解冻，或者列入黑名单，再注销。",
                (StaffWay(page, "accounts.view_employer"),),
                reverse("safety:appeal_employer", args=[employer.pk]),
                employer.region_id,
            )
        )
    for employer in _list_employers_left_without_owner(user):
        next_step = "先让另一位成员当负责人"
        page = reverse("admin:accounts_employer_change", args=[employer.pk])
        obstacles.append(
            ClosingObstacle(
                f"你是「{employer.name}」唯一的负责人，{next_step}。",
                f"是「{employer.name}」唯一的负责人：请本人{next_step}，或者由管理员在单位的页面改。",
                (StaffWay(page, "accounts.view_employer"),),
                "/employer/members/",
                employer.region_id,
            )
        )
    return obstacles


def list_employers_without_other_members(user: User) -> QuerySet[Employer]:
    """Return the employers of which the user is the only member."""
    others = EmployerMember.objects.filter(employer=OuterRef("pk")).exclude(user=user)
    own = Employer.objects.filter(memberships__user=user)
    return own.filter(~Exists(others)).order_by("pk")


def erase(user: User) -> None:
    """Delete everything except the row of the account, and empty that row."""
    own_employers = list(list_employers_without_other_members(user))
    for employer in own_employers:
        _erase_contact(employer)
        _end_good_standing(employer, user)
    forget_public_texts(TextKind.EMPLOYER_INTRO, [employer.pk for employer in own_employers])
    for kind in list_private_kinds():
        texts = PublicText.objects.filter(author=user, kind=kind)
        forget_public_texts(kind, texts.values_list("subject", flat=True))
    keep_owner_phone(user)
    end_memberships(user)
    forget_name_in_notices(user)
    for contact in filter(None, (user.email, find_own_phone(user))):
        EmployerInvitation.objects.filter(email__iexact=contact).delete()
        StaffInvitation.objects.filter(email__iexact=contact).delete()
    StaffPost.objects.filter(user=user).delete()
    SavedListFilter.objects.filter(user=user).delete()
    sessions = UserSession.objects.filter(user=user)
    Session.objects.filter(
        session_key__in=list(sessions.values_list("session_key", flat=True))
    ).delete()
    for model in (UserSession, EmailAddress, Authenticator, SocialAccount):
        model.objects.filter(user=user).delete()
    user.notices.all().delete()
    user.digest_lines.all().delete()
    _forget_admin_names(user)
    _anonymise_user(user)


def _erase_contact(employer: Employer) -> None:
    """Erase the employer's contact. A banned employer keeps its phone, so that it cannot register again under
    another name. It also keeps its papers as long as they may have to prove the ban."""
    earlier = {name: getattr(employer, name) for name in ("name", "contact_name", "contact_phone")}
    if employer.status != EmployerStatus.BANNED:
        employer.contact_phone, employer.phone_proved_at = "", None
    employer.contact_name, employer.intro = "", ""
    if not employer.licence_code:
        employer.name, employer.checked_name = (
            CLOSED_ACCOUNT_NAME,
            employer.checked_name and CLOSED_ACCOUNT_NAME,
        )
        _forget_admin_names(employer)
    employer.save()
    changed = {name: old for name, old in earlier.items() if getattr(employer, name) != old}
    end_checks_for_changes(employer, changed)
    _forget_changes(employer)
    if employer.status != EmployerStatus.BANNED:
        for document in employer.documents.filter(purged_at=None):
            purge_paper(document)


def _end_good_standing(employer: Employer, user: User) -> None:
    """End the verification or the review of an employer that has no member left to answer for it.

    Its public page, listings and cards follow. A review ends too, because the papers are gone.
    """
    if status := _STATUS_WITHOUT_MEMBERS.get(employer.status):
        change_employer_status(employer.pk, status, user, "唯一的成员注销了账号")
        employer.status = status
    employer_facts_changed.send(Employer, employer=employer)


def _forget_changes(employer: Employer) -> None:
    """Delete old values from the employer's events. Kind, region and licence code stay; the phone of a banned employer
    stays too, because it is recognised by it."""
    kept_fields = {"kind", "region", "licence_code"}
    kept_fields |= {"contact_phone"} if employer.status == EmployerStatus.BANNED else set()
    for event in employer.events.exclude(changes={}):
        event.changes = {name: pair for name, pair in event.changes.items() if name in kept_fields}
        event.save(update_fields=["changes"])


def _forget_admin_names(row: Model) -> None:
    """Keep in Django's log what staff did to the row and when, but not the name of the row."""
    content_type = ContentType.objects.get_for_model(row)
    entries = LogEntry.objects.filter(content_type=content_type, object_id=str(row.pk))
    entries.update(object_repr="")


def _anonymise_user(user: User) -> None:
    user.groups.clear()
    user.user_permissions.clear()
    user.email = user.phone = user.phone_proved_at = user.last_login = None
    user.name, user.wants_mail, user.notice_choices = "", False, {}
    user.quiet_from, user.quiet_until = QUIET_FROM, QUIET_UNTIL
    user.is_active = user.is_staff = user.is_superuser = False
    user.closed_at = timezone.now()
    user.set_unusable_password()
    user.save()


PERSONAL_DATA = PersonalData(export, erase, list_account_obstacles)
