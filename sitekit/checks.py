from django.core import checks
from django.db import DatabaseError

from sitekit.models import Operator

# The facts that RULES wants shown; the other fields are conveniences.
DUTY = (
    "name icp_number police_number hr_licence_number hr_licence_issuer hr_licence_until "
    "services fees supervising_phone complaints_phone"
).split()


@checks.register(deploy=True)
def operator_facts(app_configs, **kwargs):
    """sitekit.W001: a fact the operator must show is empty."""
    try:
        operator = Operator.current()
    except DatabaseError:
        return [checks.Warning("运营者信息无法读取：数据库还没有建好。", id="sitekit.W002")]
    empty = [Operator._meta.get_field(f).verbose_name for f in DUTY if not getattr(operator, f)]
    if not empty:
        return []
    return [
        checks.Warning(
            f"运营者信息还缺：{'、'.join(empty)}。",
            hint="在后台「运营者信息」填写。",
            id="sitekit.W001",
        )
    ]
