"""The pages of the alerts by mail: the form, and what the links in the mails lead to."""

from datetime import timedelta

from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cities import directory
from news import alert_mail, subscribing
from news.rows import address
from news.subscribe_forms import SubscribeForm, words_for
from screening.fraud_types import FraudType
from sitekit import letters, limits, visitors
from sitekit.methods import form_page
from sitekit.templatetags.sitekit import cn_date

AN_HOUR = 20
BUSY = "这个网络一小时里订得太多了，请过一会儿再试。"
# Of a link: heading, words, and the words of the button where there is something to do.
STATES = {
    "confirm": ("确认订阅{title}", "按一下才开始收。满一年自动停，每封信里都能退订。", "确认订阅"),
    "confirmed": ("订好了：{title}", "高危的马上发，其余的一天最多一封，到 {until}自动停。", ""),
    "lapsed": ("订阅已经到期", "满一年就自动停了。还想收的话，再订一次。", ""),
    "renew": ("再订一年{title}？", "现在订到 {until}，按一下延长一年。", "再订一年"),
    "renewed": ("续好了：{title}", "会继续发到 {until}。", ""),
    "end": ("不再收{title}？", "按一下就停，不会再有信来。", "退订"),
    "ended": ("已经退订", "不会再有信来，邮箱地址会在 30 天后删掉。", ""),
    "gone": ("这个链接已经用不上了", "订阅没有按时确认，已经删掉。还想收的话，再订一次。", ""),
    "unusable": (
        "这个链接用不了",
        "可能没有复制完整，也可能过期了。请从最近的一封信里再点，或者重新订阅。",
        "",
    ),
}
# There nothing is subscribed any more: the way on is the form. After the others it is the alerts.
OVER = ("lapsed", "gone", "unusable")


@form_page
@never_cache
def subscribe(request, city=None):
    status = 200
    if request.method == "POST":
        form = SubscribeForm(request.POST)
        if form.is_valid():
            if _ask(request, form):
                return redirect(address("subscribe_sent", city))
            form.add_error(None, BUSY)
            status = 429
    else:
        fraud_type = request.GET.get("type", "")
        form = SubscribeForm(
            initial={
                "place": words_for(city),
                "fraud_type": fraud_type if fraud_type in FraudType.values else "",
            }
        )
    hot = [place.hot_name for place in directory.hot()]
    context = {"form": form, "hot": hot}
    return render(request, "news/subscribe.html", context, status=status)


def _ask(request, form):
    """Whether it was heard; a program is told so too."""
    if form.is_from_a_program:
        return True
    if not limits.allow("alert form", visitors.network(request), AN_HOUR, timedelta(hours=1)):
        return False
    answers = form.cleaned_data
    subscribing.ask(answers["email"], answers["place"], answers["fraud_type"])
    return True


@require_safe
def sent(request, city=None):
    """The same for everybody, and whether or not the address is subscribed."""
    return render(request, "news/subscribe_sent.html")


def _shown(request, state, row, status):
    """What has come of a link."""
    heading, words, button = STATES[state]
    place = row.region if row else None
    another = "再订一个" if state in ("confirmed", "renewed") else "重新订阅"
    actions = [
        {"label": "看反诈预警", "href": address("alerts", place)},
        {"label": another, "href": address("subscribe", place)},
    ]
    context = {
        "canonical": request.build_absolute_uri(address("subscribe", None)),
        "heading": heading.format(title=alert_mail.title(row) if row else ""),
        "words": words.format(until=cn_date(row.lapses_at, "full") if row else ""),
        "button": button,
        "part": "alerts",
        "actions": reversed(actions) if state in OVER else actions,
    }
    return render(request, "sitekit/step.html", context, status=status)


STEPS = letters.pages(
    subscribing.find,
    {"confirm": subscribing.confirm, "renew": subscribing.renew, "end": subscribing.end},
    _shown,
)
