"""Trained models in the admin: what each learned, how it agrees with moderators, switching on/off."""

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from accounts.models import User
from accounts.staff.scoped_admin import NationalRows
from safety.admin.training_section import build_training_context
from safety.learning.model_lifecycle import (
    ShadowAgreement,
    activate_model,
    describe_missing_shadow_period,
    measure_shadow_agreement,
    retire_model,
)
from safety.learning.training_runs import request_training
from screening.fraud_types import get_fraud_type, is_fraud_type
from screening.models import TrainedModel
from sitekit.web.pages import show_refusal
from sitekit.web.row_ids import parse_row_id

STRONGEST_WEIGHTS_SHOWN = 15
_MODELS = (("shipped", "自带的模型"), ("refitted", "这个模型"))


def _render_table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> SafeString:
    head = format_html_join("", '<th scope="col">{}</th>', ((word,) for word in heads))
    cells = (format_html_join("", "<td>{}</td>", ((cell,) for cell in row)) for row in rows)
    body = format_html_join("", "<tr>{}</tr>", ((row,) for row in cells))
    return format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", head, body)


def _get_agreement(model: TrainedModel) -> ShadowAgreement:
    """Return the agreement, measured once for each page: it reads all decisions since the training."""
    agreement: ShadowAgreement | None = model.__dict__.get("_agreement")
    if agreement is None:
        agreement = model.__dict__["_agreement"] = measure_shadow_agreement(model)
    return agreement


@admin.register(TrainedModel)
class TrainedModelAdmin(NationalRows, admin.ModelAdmin):
    change_form_template = "safety/admin/trained_model.html"
    list_display = ("__str__", "state", "window", "texts", "agreed")
    list_filter = ("state",)
    fields = (*list_display[1:], "agreement_table", "figures_table", "terms_table")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: TrainedModel | None = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: TrainedModel, form: ModelForm, change: bool
    ) -> None:
        """Do nothing: no field can be edited, and a save could overwrite another admin's switch."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may_train = self.has_change_permission(request)
        if "_train" in request.POST:
            if not may_train:
                raise PermissionDenied
            with show_refusal(request):
                ended_trial = parse_row_id(request.POST.get("end_trial", ""))
                request_training(cast("User", request.user), ended_trial)
                messages.success(request, "在排队了，后台任务一分钟内开始训练。")
            return HttpResponseRedirect(request.path)
        context = build_training_context() | {"may_train": may_train} | (extra_context or {})
        return super().changelist_view(request, context)

    @admin.display(description="数据")
    def window(self, model: TrainedModel) -> str:
        return f"{localtime(model.data_from):%Y-%m-%d} 至 {localtime(model.data_to):%Y-%m-%d}"

    @admin.display(description="样本")
    def texts(self, model: TrainedModel) -> str:
        return f"{sum(model.counts.values())} 条，其中没问题的 {model.counts.get('honest', 0)} 条"

    @admin.display(description="和审核员一致")
    def agreed(self, model: TrainedModel) -> str:
        if model.state == TrainedModel.State.RETIRED:
            return "–"
        agreement = _get_agreement(model)
        if agreement.percent is None:
            return "还没有"
        return f"{agreement.percent}%（{agreement.texts} 条）"

    @admin.display(description="试看期间")
    def agreement_table(self, model: TrainedModel) -> SafeString:
        agreement = _get_agreement(model)
        rows = (
            ("两边都说是同一种骗局", agreement.both_fraud),
            ("两边都说是骗局，种类不同", agreement.other_type),
            ("只有模型说是", agreement.only_model),
            ("只有审核员说是", agreement.only_moderator),
            ("两边都说没问题", agreement.both_honest),
        )
        return _render_table(("", "条"), rows)

    @admin.display(description="交叉验证")
    def figures_table(self, model: TrainedModel) -> SafeString:
        heads = ("审核过的信息", "骗局找到的比例", "没问题的被标出的比例")
        rows = (
            (label, f"{figures['recall']:.0%}", f"{figures['accused']:.0%}")
            for name, label in _MODELS
            if (figures := model.figures.get(name))
        )
        return _render_table(heads, rows)

    @admin.display(description="最看重的字词")
    def terms_table(self, model: TrainedModel) -> SafeString:
        rows = (
            (get_fraud_type(kind).label, "、".join(_list_strongest(part["weights"])))
            for kind, part in model.terms.get("kinds", {}).items()
            if is_fraud_type(kind)
        )
        return _render_table(("骗局类型", "字词（# 是数字）"), rows)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        model = kwargs["obj"]
        lacks = _describe_missing(model) if model else None
        context |= {"title": str(model), "subtitle": None, "lacks": lacks}
        return super().render_change_form(request, context, *args, **kwargs)

    def response_change(self, request: HttpRequest, obj: TrainedModel) -> HttpResponse:
        """Carry out the button that was pressed; the form has no fields to save."""
        for button, move in (("_switch_on", activate_model), ("_switch_off", retire_model)):
            if button not in request.POST:
                continue
            with show_refusal(request):
                model = move(obj.pk)
                words = f"模型 {model.pk} 现在是「{model.get_state_display()}」。"
                self.log_change(request, model, words)
                messages.success(request, words)
        return HttpResponseRedirect(request.path)


def _describe_missing(model: TrainedModel) -> str:
    if model.state != TrainedModel.State.SHADOW:
        return ""
    return describe_missing_shadow_period(model, _get_agreement(model).texts)


def _list_strongest(weights: dict[str, int]) -> list[str]:
    """Return the runs of two or more characters that speak most for fraud; a single one tells a reader little."""
    runs = (run for run in weights if weights[run] > 0 and len(run.strip()) > 1)
    return [
        run.strip() for run in sorted(runs, key=lambda run: -weights[run])[:STRONGEST_WEIGHTS_SHOWN]
    ]
