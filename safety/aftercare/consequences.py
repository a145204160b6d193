"""Sentences that tell a moderator what a removal for fraud will do, before it is confirmed."""

from listings.models import Listing
from listings.publication.transitions import NEVER_PUBLIC
from safety.aftercare.employer_freeze import may_be_frozen
from safety.aftercare.other_listings import count_consequences


def describe_fraud_consequences(listing: Listing) -> list[str]:
    reveals, sign_ups = listing.reveals.count(), listing.applications.count()
    # A repost that waits has the day on which its source published it.
    if listing.published_at is None or listing.status in NEVER_PUBLIC:
        consequences = ["它还没有公开过，没有人看过联系方式：不用通知求职者，直接按涉诈结案。"]
    else:
        if reveals or sign_ups:
            warned = f"联系方式被看过 {reveals} 次，{sign_ups} 人报过名：马上通知他们，附上证据，收不回来。"
        else:
            warned = "没有人看过联系方式，也没有人报名：没有人要通知。"
        consequences = ["马上从所有公开页面消失，原地址写明是哪一种骗局。", warned]
    consequences += [
        "全文和联系方式留作证据，可以导出给公安。",
        "这里面的联系方式记入黑名单，以后再出现会认出来。",
    ]
    others, people = count_consequences(listing)
    if others:
        paused = f"报了名的 {people} 人会收到通知：先停一停，别交钱。"
        consequences.append(
            f"这家单位另外 {others} 条公开的兼职一起收起来，逐条重新看；"
            f"{paused if people else '没有人报名，不用通知谁。'}"
        )
    if listing.employer and not may_be_frozen(listing.employer):
        status = listing.employer.get_status_display()
        consequences.append(f"单位现在是「{status}」，保持不变。")
    return [
        *consequences,
        "不能撤销。发布方只能申诉，由另一位审核员来看；支持了，上面这些一起恢复。",
    ]
