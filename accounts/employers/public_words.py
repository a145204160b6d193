"""The public words of an employer: its name, and the introduction on its pages."""

from django.db.models import Q
from django.urls import reverse

from accounts.choices import TextKind
from accounts.employers.membership import build_desk_address
from accounts.models import Employer, EmployerMember, User
from accounts.public_text.employer_texts import EMPLOYER_NAME, list_employer_texts
from accounts.public_text.judgement import (
    OF_MODEL,
    JudgementRules,
    TextVerdict,
    judge_public_text,
)
from accounts.public_text.text_types import PublicTextType

NAME_RULES = JudgementRules(contact_cure="名称里只写名称，联系方式去掉。", ignored_signals=OF_MODEL)


class EmployerIntro(PublicTextType[Employer]):
    kind = TextKind.EMPLOYER_INTRO
    model = Employer
    fields = {"intro": "介绍"}
    region_path = "region"
    employer_path = "pk"
    rules = JudgementRules(
        contact_cure="介绍里不写联系方式：求职者看过提醒，才看得到兼职上的联系方式。"
    )

    def list_recipients(self, row: Employer, author: User) -> list[User]:
        """The owners, and the author, who may not be an owner any more."""
        is_owner = Q(memberships__employer=row, memberships__role=EmployerMember.Role.OWNER)
        return list(User.objects.filter(Q(pk=author.pk) | is_owner).distinct().order_by("pk"))

    def describe_subject(self, row: Employer) -> str:
        return f"「{row.name}」的介绍"

    def get_author_address(self, row: Employer, author: User) -> str:
        if author.is_staff:
            return reverse("admin:accounts_employer_change", args=[row.pk])
        return build_desk_address(reverse("accounts:employer_details"), row.pk)

    def find_employer(self, row: Employer) -> Employer:
        return row

    def list_readers(self, row: Employer) -> list[tuple[str, str]]:
        pages = "单位的公开页面，它每条兼职的页面"
        return [(pages, f"/employers/{row.pk}/" if row.recheck_due else "")]


def judge_employer_name(name: str, employer: Employer | None = None) -> TextVerdict:
    """Refuse a name as an error of the form. Other doubts are shown to the moderator who verifies the `employer`:
    then the name is compared with what else the employer has public."""

    def list_companions() -> list[str]:
        return list_employer_texts(employer, (EMPLOYER_NAME, employer.pk)) if employer else []

    return judge_public_text({"name": name}, NAME_RULES, list_companions)
