"""Who is of the staff on the demo site: somebody of each role, and one moderator of a city only."""

from django.utils import timezone

from accounts.models import SignIn, StaffInvitation, StaffPost
from accounts.staff.invitations import invite_colleague
from accounts.staff.posts import write_post
from accounts.staff.rights import record_rights_change
from accounts.staff.scope import PostTerms
from sitekit.workflow.periods import DAY
from tools.demo.written_texts import find_demo_place

# kind of account: (role, the place or nothing for the whole country, days since, why)
_POSTS = {
    "moderator": ("moderator", "", 200, "第一位审核员"),
    "local": ("moderator", "湘西", 40, "湘西的件多起来了"),
    "senior": ("senior", "", 180, "带审核员，看转上来的件"),
    "editor": ("editor", "", 150, "写反诈预警和资讯"),
    "support": ("support", "", 90, "接电话，回答举报人"),
    "auditor": ("auditor", "", 60, "每月查一次谁做了什么"),
    "operator": ("operator", "", 220, "管网站的资料和限额"),
}
_DEVICES = ("Chrome（Windows 电脑）", "Edge（Windows 电脑）", "Safari（苹果电脑）")
NEXT_COLLEAGUE = "next-colleague@example.com"


def load_staff_team(users):
    """Once for each: what is there already is left alone. On a site open to others nobody has rights."""
    for number, (kind, (role, place, days, reason)) in enumerate(_POSTS.items()):
        user = users[kind]
        if not user.is_staff or StaffPost.objects.filter(user=user).exists():
            continue
        places = [find_demo_place(place).adcode] if place else []
        with record_rights_change(user, users["admin"], "join", reason):
            write_post(user, PostTerms(role, not place, tuple(places)), users["admin"])
        since = timezone.now() - days * DAY
        StaffPost.objects.filter(user=user).update(since=since)
        user.account_events.update(created_at=since)
        SignIn.objects.bulk_create(
            SignIn(user=user, device=_DEVICES[number % 3], created_at=timezone.now() - ago * DAY)
            for ago in (1, 2, 3, 5)
        )
    operator = users["operator"]
    if operator.is_staff and not StaffInvitation.objects.filter(invited_by=operator).exists():
        places = [find_demo_place(place).adcode for place in ("长沙", "张家界")]
        terms = PostTerms("moderator", False, tuple(places))
        invite_colleague(operator, NEXT_COLLEAGUE, terms, "长沙和张家界要有人看")
