"""Every public figure, declared once: its names, its condition, its query.

`holds` is SQL over the columns of the figure's source (see `event_queries`). docs/governance.md has the
same words, which a test compares. `docs/decisions/0013-governance.md` gives the reasons.
"""

from dataclasses import dataclass

from safety.choices import ReportReason
from screening.fraud_types import list_fraud_type_choices

# With fewer cases no times and no reasons of reports are published, because they could identify a person.
MIN_SHOWN_COUNT = 3


@dataclass(frozen=True)
class PublicFigure:
    """`by` is the column that divides the figure into parts; `time` is the column with a length of time."""

    code: str
    label: str
    short: str  # the head of a narrow column
    means: str
    source: str
    holds: str
    by: str = ""
    time: str = ""
    few: bool = False  # its parts are not published below MIN_SHOWN_COUNT
    within: str = ""  # the code of the figure of which this one is a share


@dataclass(frozen=True)
class FigureGroup:
    code: str
    title: str
    figures: tuple[PublicFigure, ...]


# The codes of the gate's reasons and of canned reasons, under public names. All other codes, and
# reasons in a moderator's own words, are "other".
REASONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "fee": ("向求职者收费", ("fee", "fees")),
    "training": ("先培训收费再上岗", ("training",)),
    "brushing": ("刷单垫付", ("brushing",)),
    "accounts": ("租卡租号、跑分", ("accounts",)),
    "contact": ("正文里留联系方式、把人引走", ("contact", "diversion", "edit-contact")),
    "discrimination": ("歧视的条件", ("discrim",)),
    "unclear": ("写得不全、不清楚", ("missing", "pay-unclear", "duties", "validity")),
    "pay": ("报酬高得不合常理", ("pay-high",)),
    "repeated": ("重复发布", ("double",)),
    "changed": ("改成了另一份工作", ("edit-other",)),
    "other": ("其他原因", ()),
}
_GROUP_OF = {code: group for group, (_, codes) in REASONS.items() for code in codes}

PARTS: dict[str, dict[str, str]] = {
    "reason": {group: label for group, (label, _) in REASONS.items()},
    "fraud_type": dict(list_fraud_type_choices()),
    "report_reason": {str(kind.value): str(kind.label) for kind in ReportReason},
}


def get_part(by: str, raw: str) -> str:
    """Return the public code of a value in an event: a group of reasons, a fraud type, or the reason of a report."""
    if by == "reason":
        return _GROUP_OF.get(raw, "other")
    return raw if raw in PARTS[by] else "other"


_NEW = "before IN ('draft', 'pending')"
GROUPS = (
    FigureGroup("listings", "发布前的审核", (
        PublicFigure(
            "submitted", "收到的兼职", "收到",
            "作者交上来要发布的、从别处导入等着看的，一条算一次；没通过的改好再交，再算一次。修改已经公开的不算在内。",
            "listings",
            "action = 'import' OR before = 'draft' AND after IN ('pending', 'published', 'rejected')",
        ),
        PublicFigure(
            "published_auto", "没有经过人、直接发布的", "直接发布",
            "自动检查没有发现问题，没有人看过就公开的。",
            "listings", f"action = 'publish' AND {_NEW} AND by_machine",
        ),
        PublicFigure(
            "published_person", "审核员看过后发布的", "人工发布",
            "审核员看过，第一次公开的。申诉成立而公开的算在申诉里。",
            "listings", f"action = 'publish' AND {_NEW} AND NOT by_machine",
        ),
        PublicFigure(
            "refused_auto", "自动拦下的", "自动拦下",
            "自动检查发现收费、刷单、租卡这类问题，没有公开就退回的。原因有几条的，按第一条算。",
            "listings", f"after = 'rejected' AND {_NEW} AND by_machine", by="reason",
        ),
        PublicFigure(
            "refused_person", "审核员退回的", "人工退回",
            "审核员看过，没有让它公开的。原因按审核员选的常用理由归类，自己写的算“其他原因”。",
            "listings", f"after = 'rejected' AND {_NEW} AND NOT by_machine", by="reason",
        ),
        PublicFigure(
            "edits_refused_auto", "自动拦下的修改", "修改拦下",
            "已经公开的兼职，改的内容被自动检查拦下的。原来的内容仍然公开。",
            "listings", "action = 'refuse_edit' AND by_machine",
        ),
        PublicFigure(
            "edits_refused_person", "审核员退回的修改", "修改退回",
            "已经公开的兼职，改的内容被审核员退回的。原来的内容仍然公开。",
            "listings", "action = 'refuse_edit' AND NOT by_machine",
        ),
        PublicFigure(
            "decision_time", "兼职从交上来到审核员决定", "审核用时",
            "只算审核员决定的，新发布和修改都算，申诉的不算，从交上来那一刻算起。",
            "listings", "waited IS NOT NULL", time="waited",
        ),
    )),
    FigureGroup("removals", "停下和下架", (
        PublicFigure(
            "held_reports", "因为举报自动停下的", "举报停下",
            "两个不相干的人举报同一条兼职要钱，系统当场停止展示的。",
            "listings", "after = 'held' AND before <> 'held' AND by_machine",
        ),
        PublicFigure(
            "held_person", "审核员停下核实的", "人工停下",
            "审核员停止展示、去核实的。",
            "listings", "after = 'held' AND before <> 'held' AND NOT by_machine",
        ),
        PublicFigure(
            "restored", "核实后恢复的", "恢复",
            "停下或者下架以后又公开的，申诉成立的也在内。",
            "listings", "action = 'publish' AND before IN ('held', 'removed', 'removed_fraud')",
        ),
        PublicFigure(
            "removed", "下架的", "下架",
            "因为内容不实等原因下架的，不算涉诈。",
            "listings", "after = 'removed' AND before <> 'removed'",
        ),
        PublicFigure(
            "removed_fraud", "涉诈下架的", "涉诈下架",
            "查实是骗局而下架的，按骗局类型分。后来申诉成立的，仍算在当初那个月，另记在“恢复”里。",
            "listings", "after = 'removed_fraud' AND before <> 'removed_fraud'", by="fraud_type",
        ),
        PublicFigure(
            "warned", "提醒过的人", "提醒人数",
            "兼职因涉诈下架后，看过联系方式或者报过名、由我们发去提醒的人。一个人因一条兼职提醒一次，算一次。",
            "warnings", "TRUE",
        ),
    )),
    FigureGroup("reports", "举报", (
        PublicFigure(
            "reports", "收到的举报", "收到",
            "有账号没账号的举报都算，按举报人选的原因分。举报文章的只算在全国里。",
            "reports", "after = 'received' AND before = ''", by="report_reason", few=True,
        ),
        PublicFigure(
            "reports_upheld", "查实的举报", "属实",
            "处理结果是属实的，算在处理完的那个月。",
            "reports", "after = 'upheld'",
        ),
        PublicFigure(
            "reports_dismissed", "没有查实的举报", "没有查实",
            "处理结果是没有查实的，算在处理完的那个月。",
            "reports", "after = 'dismissed'",
        ),
        PublicFigure(
            "reports_in_time", "按时处理完的举报", "按时",
            "在收到举报时答应的时间以内处理完的：要钱、违法、招用未成年的 24 小时，其他的 3 天。"
            "比例是它占处理完的举报的几成。",
            "reports", "after IN ('upheld', 'dismissed') AND in_time", within="report_time",
        ),
        PublicFigure(
            "report_time", "举报从收到到处理完", "处理用时",
            "当月处理完的举报，从收到那一刻算起。",
            "reports", "after IN ('upheld', 'dismissed')", time="took",
        ),
    )),
    FigureGroup("appeals", "申诉", (
        PublicFigure(
            "appeals", "收到的申诉", "收到",
            "对退回、停下、下架、警告、逐条审核、冻结、黑名单不服，写来的申诉。",
            "appeals", "after = 'open' AND before = ''",
        ),
        PublicFigure(
            "appeals_upheld", "支持的申诉", "支持",
            "由另一位审核员看过，原来的决定改了的，算在处理完的那个月。",
            "appeals", "after = 'upheld'",
        ),
        PublicFigure(
            "appeals_dismissed", "维持原决定的申诉", "维持",
            "由另一位审核员看过，维持原来决定的，算在处理完的那个月。",
            "appeals", "after = 'dismissed'",
        ),
    )),
    FigureGroup("employers", "招聘单位", (
        PublicFigure(
            "employers_checked", "核验通过的单位", "通过",
            "查过证件和手机，第一次通过或者复核通过的。",
            "employers", "action = 'recheck' OR after = 'verified' AND before = 'pending'",
        ),
        PublicFigure(
            "employers_rejected", "没有通过核验的单位", "没通过",
            "证件看不清、对不上或者过期，退回去的。",
            "employers", "action = 'not_renewed' OR after = 'rejected' AND before = 'pending'",
        ),
        PublicFigure(
            "employers_frozen", "冻结的单位", "冻结",
            "正在核实投诉，兼职都先收起来的；涉诈下架时一起冻结的也算。",
            "employers", "after = 'frozen' AND before <> 'frozen'",
        ),
        PublicFigure(
            "employers_banned", "列入黑名单的单位", "黑名单",
            "查实行骗或者资料造假，不许再发布的。",
            "employers", "after = 'banned' AND before <> 'banned'",
        ),
        PublicFigure(
            "employer_time", "单位从交材料到有结果", "核验用时",
            "当月通过或者退回的，从交材料那一刻算起。",
            "employers", "waited IS NOT NULL", time="waited",
        ),
    )),
)  # fmt: skip
FIGURES: dict[str, PublicFigure] = {
    figure.code: figure for group in GROUPS for figure in group.figures
}
# The queues whose open cases are counted now, without a month: label by code.
WAITING: dict[str, str] = {
    "listings": "兼职和修改",
    "employers": "单位的材料",
    "texts": "介绍、评价这些文字",
    "reports": "举报",
    "appeals": "申诉",
}
