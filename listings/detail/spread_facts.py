"""What readers learn about where a listing's text and contact appeared: facts, counts and dates.

Never a contact, a title or a name of others, because some of those listings are held, removed, or show their
contact only after a warning.
"""

from collections import Counter
from dataclasses import dataclass
from typing import TypedDict

from django.utils import timezone

from cities.directory.regions import require_region
from listings.choices import ListingStatus as S
from listings.detail.appearances import MAX_ROWS_OF_CONTACT, Appearance, Appearances
from listings.models import Listing
from screening.facts.distribution import CITIES, EMPLOYERS
from screening.fraud_types import get_fraud_type

NAMED_CITIES, NAMED_FRAUDS = 3, 2  # more cities are a count
# Tones of a fact: checked, not checked, neither good nor bad, look out, complained about.
CHECKED, UNCHECKED, PLAIN, CARE, BAD = "ok", "no", "", "warn", "bad"
COMPARED_TODAY = "今天比对"


class LedgerFact(TypedDict):
    tone: str
    words: str
    details: str
    when: str


@dataclass(frozen=True)
class SharedUse:
    """A listing and the others with its text, or with its contact."""

    own: Appearance
    others: list[Appearance]

    @property
    def rows(self) -> list[Appearance]:
        return [self.own, *self.others]

    @property
    def own_rows(self) -> list[Appearance]:
        """The listings of the same publisher; only the listing itself if its publisher is not named."""
        publisher = self.own.publisher
        return [self.own, *(row for row in self.others if publisher and row.publisher == publisher)]

    @property
    def is_by_others(self) -> bool:
        return len(self.own_rows) < len(self.rows)

    @property
    def cities(self) -> dict[int, None]:
        """The codes, that of the listing itself first."""
        return dict.fromkeys(row.city for row in self.rows)

    @property
    def is_wide(self) -> bool:
        publishers = {row.publisher for row in self.others} - {self.own.publisher, ""}
        return len(publishers) >= EMPLOYERS and len(self.cities) >= CITIES

    @property
    def frauds(self) -> list[Appearance]:
        return [row for row in self.rows if row.status == S.REMOVED_FRAUD]

    @property
    def is_misused(self) -> bool:
        """Whether this employer had it first and only others used it for fraud afterwards.

        Always false for a repost, because nobody knows who wrote it first.
        """
        began = min(row.published_at for row in self.own_rows)
        is_later = all(row.published_at > began for row in self.frauds)
        has_own_fraud = any(row.status == S.REMOVED_FRAUD for row in self.own_rows)
        return isinstance(self.own.publisher, int) and is_later and not has_own_fraud


def list_spread_facts(listing: Listing, appearances: Appearances) -> list[LedgerFact]:
    """Return one fact about the text, one about the contact, and one about complaints found true."""
    facts = [_describe_text(appearances.own, appearances.text)]
    if appearances.contact is not None:
        facts.append(_describe_contact(SharedUse(appearances.own, appearances.contact)))
    if appearances.own.is_complained_of:
        facts.append(build_fact(BAD, "这条兼职被人举报过，查实了", when=""))
    if listing.is_repost:  # its author is unknown, so nothing vouches for it
        facts = [{**fact, "tone": PLAIN} if fact["tone"] == CHECKED else fact for fact in facts]
    return facts


def build_fact(tone: str, words: str, details: str = "", when: str = COMPARED_TODAY) -> LedgerFact:
    return {"tone": tone, "words": words, "details": details, "when": when}


def _describe_text(appearance: Appearance, others: list[Appearance] | None) -> LedgerFact:
    if others is None:
        return build_fact(UNCHECKED, "文字太短，没法和别的兼职比对", when="—")
    use = SharedUse(appearance, others)
    summary = _summarise_use(use)
    if use.frauds:
        return _describe_frauds(
            use, "这段文字，后来被别人抄去骗过人", "同样的文字，在涉诈下架的兼职里出现过"
        )
    if not others:
        return build_fact(CHECKED, "同样的文字只在这一条里")
    if use.is_wide:
        details = f"{summary}连锁店常这样；不放心，先问清是哪家店。"
        return build_fact(_judge_problems(use) or CARE, _describe_cities(use), details)
    usual = PLAIN if use.is_by_others else CHECKED
    return build_fact(_judge_problems(use) or usual, _describe_cities(use), summary)


def _describe_contact(use: SharedUse) -> LedgerFact:
    summary = _summarise_use(use)
    if use.frauds:
        return _describe_frauds(
            use,
            "这个联系方式，后来被别人写进过骗人的兼职",
            "这个联系方式，在涉诈下架的兼职里出现过",
        )
    if use.is_by_others:
        details = f"{summary}中介、一个老板开几家店，也会这样。"
        return build_fact(_judge_problems(use) or CARE, "这个联系方式，别家也用过", details)
    details = summary if use.others else ""
    words = "联系方式没有在别家出现过"
    return build_fact(_judge_problems(use) or CHECKED, words, details)


def _describe_frauds(use: SharedUse, misused: str, shared: str) -> LedgerFact:
    """`misused` is said where this employer was first and only others used it for fraud afterwards."""
    summary = _summarise_use(use)
    if use.is_misused:
        return build_fact(CARE, misused, f"这家先有的。{summary}")
    return build_fact(BAD, shared, f"{summary}先别交钱，别给证件和银行卡。")


def _judge_problems(use: SharedUse) -> str:
    """Return the tone that removals and complaints ask for, "" if there are none."""
    if any(_has_problem(row) for row in use.own_rows if row is not use.own):
        return BAD
    return CARE if any(_has_problem(row) for row in use.others) else ""


def _has_problem(row: Appearance) -> bool:
    return row.status in (S.REMOVED, S.REMOVED_FRAUD) or row.is_complained_of


def _describe_cities(use: SharedUse) -> str:
    if len(use.cities) > NAMED_CITIES:
        return f"同样的文字在 {len(use.cities)} 个城市出现过"
    names = (require_region(code).short_name if code else "线上" for code in use.cities)
    return f"同样的文字只出现在{'、'.join(names)}"


def _summarise_use(use: SharedUse) -> str:
    """Return since when it is used, how often, by whom, and how many of these listings were removed or complained
    about."""
    since = timezone.localtime(min(row.published_at for row in use.rows))
    least = "至少" if len(use.others) >= MAX_ROWS_OF_CONTACT else "共"
    count = f"{since.year} 年 {since.month} 月以来{least} {len(use.rows)} 条"
    return f"{count}，{_describe_publishers(use)}；{_describe_problems(use.rows)}。"


def _describe_publishers(use: SharedUse) -> str:
    if not use.is_by_others:
        is_employer = isinstance(use.own.publisher, int)
        return "都是这家发的" if is_employer else "原文写的都是同一家"
    named = {row.publisher for row in use.rows} - {""}
    unnamed = sum(row.publisher == "" for row in use.rows)
    parts = [f"{len(named)} 家发的"] if named else []
    parts += [f"{unnamed} 条转载没写是哪家"] if unnamed else []
    return "，".join(parts)


def _describe_problems(rows: list[Appearance]) -> str:
    kinds = Counter(row.fraud_type for row in rows if row.status == S.REMOVED_FRAUD)
    names = [get_fraud_type(kind).known_name for kind, _n in kinds.most_common(NAMED_FRAUDS)]
    labels = "、".join(filter(None, names))
    counts = {
        f"因涉诈下架（{labels}）" if labels else "因涉诈下架": kinds.total(),
        "因违规下架": sum(row.status == S.REMOVED for row in rows),
        "被举报并查实": sum(row.is_complained_of for row in rows),
    }
    parts = [f"{count} 条{words}" for words, count in counts.items() if count]
    return "，".join(parts) or "没有下架的，也没有查实的举报"
