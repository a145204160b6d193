"""Official numbers to call."""

from collections.abc import Iterable

from django.utils.html import format_html
from django.utils.safestring import SafeString

# 12381 is not among them: it sends warnings by SMS, and nobody answers there.
HOTLINES = {
    "110": "报警，钱已经转出去的先打这个",
    "96110": "反诈专线，拿不准就问（没开通的地方打 110）",
    "12333": "劳动保障，拖欠工资、扣证件、收押金",
    "12315": "市场监管，乱收费、虚假宣传、退培训费",
    "12348": "法律援助，要打官司又没钱",
    "12377": "举报网上的违法信息和账号",
    "12321": "举报骚扰电话、垃圾短信",
}
APP = "app"
# What helps with any fraud.
USUAL = ("110", "96110")
# What to do where a guide is missing.
FIRST_30 = (
    "别再转钱，也别听对方说“补一单就能退”。",
    "打 110，说清转了多少、转到哪个账号、什么时候转的。",
    "打银行或支付软件的客服，要求止付、挂失。",
    "改掉支付和社交账号的密码；给过验证码、开过屏幕共享的，先断网再改。",
    "聊天、账号、转账记录都截图留好，先别删好友。",
)


def list_hotline_names(codes: Iterable[str] = USUAL) -> list[tuple[str, str]]:
    """Return (number, what it is for); the text of the app is empty."""
    return [(code, HOTLINES.get(code, "")) for code in codes]


def render_hotline_lines(codes: Iterable[str] = USUAL) -> list[SafeString]:
    """Return a line of HTML for each; a number is a link that dials it."""
    return [
        format_html("<b>{}</b> 举报、查可疑账号", "国家反诈中心 App")
        if code == APP
        else format_html('<a href="tel:{0}">{0}</a> {1}', code, HOTLINES[code])
        for code in codes
    ]
