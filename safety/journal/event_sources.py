"""What the journal is made of. A new table of events gets a line in one of the two modules named here."""

from safety.journal.account_sources import ACCOUNT_SOURCES
from safety.journal.case_sources import CASE_SOURCES
from safety.journal.event_rows import EventSource

GROUPS = {
    "listings": "兼职",
    "employers": "单位和文字",
    "articles": "资讯",
    "cases": "举报与处置",
    "notes": "备注和沟通",
    "people": "报名和账号",
    "looks": "谁看过",
    "staff": "后台修改",
    "messages": "邮件短信",
    "exports": "导出",
}
# Events of the same microsecond are sorted in this order. The position here is part of the cursor of a page.
SOURCES: tuple[EventSource, ...] = ACCOUNT_SOURCES + CASE_SOURCES
