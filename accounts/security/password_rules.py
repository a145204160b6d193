"""A password validator beside Django's own: it refuses words that are easy to guess on this site."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.models import User
from cities.directory.regions import list_regions, map_regions_by_name

COMMON_PASSWORD_WORDS = frozenset(
    "jianzhi gongzuo zhaopin zhipin qiuzhi mima woaini 兼职 工作 招聘 密码".split()
)
_CORE = re.compile(r"[\W\d_]*(.*?)[\W\d_]*", re.DOTALL)


class NearWordValidator:
    """Refuses a place, the site's name or a word of its matter with nothing but digits and signs."""

    def validate(self, password: str, user: User | None = None) -> None:
        core = _CORE.fullmatch(password.lower())
        if core and core[1] in _list_near_words():
            raise ValidationError(self.get_help_text(), code="password_near_word")

    def get_help_text(self) -> str:
        return "地名或网站的名字加几个数字，太容易猜到，请换一个。"


def _list_near_words() -> frozenset[str]:
    host = (urlsplit(settings.SITE_URL).hostname or "").split(".")
    spelled = {
        name for region in list_regions() for name in (region.slug, region.pinyin.replace(" ", ""))
    }
    return COMMON_PASSWORD_WORDS.union(host, spelled, map_regions_by_name())
