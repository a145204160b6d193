"""Limits that the operator may set: each is declared where it is obeyed, with its plain name and its range.

    REVEALS_A_DAY = declare_limit("reveals_a_day", "看联系方式", "每人每天看几个", 20, most=200)

The arguments: its name in the table, one of GROUPS (a heading of the page 限额 in the admin), its label there,
the number as shipped, and the largest that the operator may set. `int(REVEALS_A_DAY)` is what holds now.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sitekit.models import LimitSetting
from sitekit.site_settings.kept_settings import KeptSetting

GROUPS = ("发布兼职", "看联系方式", "举报和查一查", "账号和单位", "消息和订阅")


def _read_limits() -> Mapping[str, int]:
    return dict(LimitSetting.objects.values_list("name", "value"))


LIMITS: KeptSetting[Mapping[str, int]] = KeptSetting("limits", "limits", _read_limits, shipped={})


@dataclass(frozen=True)
class Limit:
    """A limit whose shipped value is `shipped`; the operator may set it from `least` to `most`."""

    name: str
    group: str
    label: str
    shipped: int
    most: int
    least: int = 1

    def __index__(self) -> int:
        """Return the present value. A stored one outside the range, of a former release, counts as the nearest allowed
        one."""
        value = LIMITS.get().get(self.name, self.shipped)
        return max(self.least, min(value, self.most))


DECLARED: dict[str, Limit] = {}


def declare_limit(
    name: str, group: str, label: str, shipped: int, *, most: int, least: int = 1
) -> Limit:
    """Raises ValueError for a group that there is not, a range without `shipped`, or a name that is taken."""
    limit = Limit(name, group, label, shipped, most, least)
    if group not in GROUPS:
        raise ValueError(f"{name}: the group {group!r} is none of GROUPS ({'、'.join(GROUPS)})")
    if not least <= shipped <= most:
        raise ValueError(f"{name}: {shipped} does not lie from {least} to {most}")
    if DECLARED.get(name, limit) != limit:
        raise ValueError(f"{name}: another limit has this name")
    DECLARED[name] = limit
    LimitSetting.labels[name] = label
    return limit


def list_limits() -> dict[str, list[Limit]]:
    """Return {group: its limits} in the order of the page."""
    return {
        group: [limit for limit in DECLARED.values() if limit.group == group] for group in GROUPS
    }
