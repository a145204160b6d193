"""Trained models in the admin: what each learned, how it agrees with the moderators, on and off."""

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from safety.learning.model_lifecycle import (
    ModelNotReady,
    count_missing_shadow_cases,
    measure_shadow_agreement,
    switch_off,
    switch_on,
)
from screening.fraud_types import FraudType
from screening.models import TrainedModel

STRONGEST = 15


def _table(heads, rows):
    head = format_html_join("", '<th scope="col">{}</th>', ((word,) for word in heads))
    body = format_html_join(
        "",
        "<tr>{}</tr>",
        ((format_html_join("", "<td>{}</td>", ((cell,) for cell in row)),) for row in rows),
    )
    return format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", head, body)


def _day(moment):
    return f"{timezone.localtime(moment):%Y-%m-%d}"


def _percent(share):
    return "–" if share is None else f"{share:.0%}"


def _agreement(model):
    """Counted once a page: it goes through all that was decided since."""
    if not hasattr(model, "agreement"):
        model.agreement = measure_shadow_agreement(model)
    return model.agreement


def _label(kind):
    return FraudType(kind).label if kind in FraudType.values else kind


@admin.register(TrainedModel)
class TrainedModelAdmin(admin.ModelAdmin):
    change_form_template = "safety/admin/trained_model.html"
    list_display = ("__str__", "state", "window", "texts", "agreed")
    list_filter = ("state",)
    fields = (
        "state",
        "window",
        "texts",
        "agreed",
        "agreement_table",
        "figures_table",
        "terms_table",
    )
    readonly_fields = fields

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        """Nothing is typed here; a save would write over what somebody else switched."""

    @admin.display(description="数据")
    def window(self, model):
        return f"{_day(model.data_from)} 至 {_day(model.data_to)}"

    @admin.display(description="样本")
    def texts(self, model):
        return f"{sum(model.counts.values())} 条，其中没问题的 {model.counts.get('honest', 0)} 条"

    @admin.display(description="和审核员一致")
    def agreed(self, model):
        if model.state == TrainedModel.State.RETIRED:
            return "–"
        found = _agreement(model)
        return "还没有" if found.percent is None else f"{found.percent}%（{found.texts} 条）"

    @admin.display(description="试看期间")
    def agreement_table(self, model):
        found = _agreement(model)
        rows = (
            ("两边都说是同一种骗局", found.both_fraud),
            ("两边都说是骗局，种类不同", found.other_type),
            ("只有模型说是", found.only_model),
            ("只有审核员说是", found.only_moderator),
            ("两边都说没问题", found.both_honest),
        )
        return _table(("", "条"), rows)

    @admin.display(description="交叉验证")
    def figures_table(self, model):
        heads = ("骗局类型", "样本", "说中的比例", "找到的比例", "从多大把握起")
        rows = (
            (
                _label(kind),
                said["texts"],
                _percent(said["precision"]),
                _percent(said["recall"]),
                _percent(said["threshold"]),
            )
            for kind, said in model.figures.items()
        )
        return _table(heads, rows)

    @admin.display(description="最看重的词")
    def terms_table(self, model):
        rows = (
            (_label(kind), "、".join(_strongest(said["terms"])))
            for kind, said in model.terms.items()
        )
        return _table(("骗局类型", "词（# 是数字）"), rows)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context |= {"title": str(obj), "subtitle": None, "lacks": obj and _lacks(obj)}
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def response_change(self, request, obj):
        steps = {"_switch_on": switch_on, "_switch_off": switch_off}
        for name, step in steps.items():
            if name in request.POST:
                self._switch(request, obj, step)
        return HttpResponseRedirect(request.path)

    def _switch(self, request, obj, step):
        try:
            model = step(obj.pk)
        except ModelNotReady as reason:
            messages.error(request, str(reason))
        else:
            words = f"模型 {model.pk} 现在是「{model.get_state_display()}」。"
            self.log_change(request, model, words)
            messages.success(request, words)


def _lacks(model):
    if model.state != TrainedModel.State.SHADOW:
        return ""
    return count_missing_shadow_cases(model, _agreement(model).texts)


def _strongest(terms):
    return sorted((t for t in terms if terms[t] > 0), key=lambda t: -terms[t])[:STRONGEST]
