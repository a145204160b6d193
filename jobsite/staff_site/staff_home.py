"""What the first page of the admin leads with: what waits for this colleague, counted, and the pages of their work."""

from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from accounts.models import User
from accounts.staff.roles import VIEW_STAFF
from accounts.staff.scope import get_staff_scope
from news.articles.article_places import build_article_scope_condition
from news.choices import ArticleStatus
from news.models import Article, Proposal
from safety.case_queues.moderators import is_moderator
from safety.moderation.desk_layout import build_navigation
from safety.reports.article_work import list_article_work


class StaffTask(NamedTuple):
    number: int
    label: str
    address: str


class StaffPage(NamedTuple):
    label: str
    address: str
    words: str


class StaffHome(NamedTuple):
    tasks: list[StaffTask]
    pages: list[StaffPage]


_JOURNAL_WORDS = "一个号码、人、单位或兼职发生过什么"
# (rights that are all needed), label, name of the address, words
_PAGES = (
    (("safety.add_decision",), "审核台", "desk:dashboard", "兼职、单位资料、举报和申诉在这里处理"),
    (("safety.read_journal",), "查人查事", "journal:search", _JOURNAL_WORDS),
    (("sitekit.change_chore",), "运行情况", "state", "邮件、后台、磁盘和备份是不是都正常"),
    ((VIEW_STAFF,), "同事", "staff", "谁是什么角色、管哪里；邀请和变动"),
    (
        ("sitekit.change_chore", "accounts.delete_user"),
        "个人的请求",
        "person_requests",
        "替本人导出数据、撤回兼职、注销账号",
    ),
)


def build_staff_home(user: User | AnonymousUser) -> StaffHome:
    if not isinstance(user, User):
        return StaffHome([], [])
    pages = [
        StaffPage(label, reverse(name), words)
        for rights, label, name, words in _PAGES
        if user.has_perms(rights)
    ]
    pages.append(StaffPage("你的角色能做什么", reverse("staff_roles"), "每个角色的权限和地区"))
    return StaffHome([*_list_case_tasks(user), *_list_article_tasks(user)], pages)


def _list_case_tasks(user: User) -> list[StaffTask]:
    if not is_moderator(user):
        return []
    desk = build_navigation(user)
    tasks = [StaffTask(n, f"{label}待处理", address) for _name, label, address, n in desk["queues"]]
    if desk["n_questions"]:
        tasks.append(StaffTask(desk["n_questions"], "同事提问", reverse("desk:questions")))
    return tasks


def _list_article_tasks(user: User) -> list[StaffTask]:
    """Each number is that of the rows which its link shows."""
    if not user.has_perm("news.change_article"):
        return []
    rows, scope = reverse("admin:news_article_changelist"), get_staff_scope(user)
    open_proposals = Proposal.objects.filter(
        build_article_scope_condition(scope, "article__"), state=Proposal.State.OPEN
    )
    drafts = Article.objects.filter(
        build_article_scope_condition(scope), status=ArticleStatus.DRAFT
    )
    return [
        StaffTask(len(list_article_work(scope)), "被举报的文章", reverse("article_reports")),
        StaffTask(drafts.count(), "资讯草稿", f"{rows}?status__exact=draft"),
        StaffTask(
            open_proposals.values("article").distinct().count(),
            "资讯有建议待核对",
            f"{rows}?proposals=open",
        ),
    ]
