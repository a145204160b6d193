"""Forms of the articles' admin."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone

from accounts.admin.edit_form import ScreenedEditForm
from accounts.staff.scope import NATIONAL_SCOPE, StaffScope
from cities.models import Region
from news.admin.edit_conflicts import (
    FIELDS,
    collect_stored_values,
    count_stored_value_as_seen,
    digest_form_values,
    merge_concurrent_edits,
)
from news.analysis.subject_places import SubjectPlace, find_subject_places
from news.article_html.article_body import clean_article_html, extract_html_text
from news.articles.transitions import find_moment_error
from news.choices import ArticleKind, ArticleStatus
from news.models import Article
from sitekit.fetching.markup_bounds import MarkupRefused
from sitekit.forms.autocomplete import NOT_FOUND_ERRORS, SelectMultiple, get_inner_widget
from sitekit.forms.date_inputs import MomentInput
from sitekit.images.pictures import PictureField
from textkit.widths import fold_widths

PLACE_FIELDS = ("named_places", "also_places")
_PUBLISHING_BUTTONS = {"_publish", "_schedule"}


def find_places_in_text(title: str, body: str) -> list[SubjectPlace]:
    return find_subject_places(fold_widths(title), fold_widths(extract_html_text(body)))


class EditorInput(forms.Textarea):
    """HTML in a text area; with script, django-prose-editor in its place (admin-editor.js).

    The editor is loaded by its address: a map of imports would be a script within the page, which
    the security policy refuses.
    """

    class Media:
        css = {
            "all": [
                "django_prose_editor/material-icons.css",
                "django_prose_editor/editor.css",
                "django_prose_editor/overrides.css",
            ]
        }
        js = [forms.Script("js/admin-editor.js", type="module")]

    def __init__(self, attrs=None):
        super().__init__(
            {"rows": 24, "class": "vLargeTextField", "spellcheck": "false"} | (attrs or {})
        )

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"] |= {
            "data-editor": static("django_prose_editor/editor.js"),
            "data-upload": reverse("admin:news_article_picture"),
        }
        return context


class ArticleForm(ScreenedEditForm):
    scope: ClassVar[StaffScope] = NATIONAL_SCOPE  # the places of the editor, set by the admin
    # By which places are found without script, set by the admin.
    request: ClassVar[HttpRequest | None] = None
    named_places = forms.ModelMultipleChoiceField(
        Region.objects.filter(successor=None),
        required=False,
        label="涉及地区",
        help_text="写最具体的；上级地区会自动带上。全国性的不填。",
        widget=SelectMultiple(Article._meta.get_field("regions"), admin.site),
        error_messages=NOT_FOUND_ERRORS,
    )
    also_places = forms.ModelMultipleChoiceField(
        Region.objects.filter(successor=None),
        required=False,
        label="也在这些城市显示",
        help_text="文中没有写到、但那里的人也该看到的地方：列表、订阅源和相关内容里都会有。"
        "全国性的本来各地都看得到，不用填。",
        widget=SelectMultiple(Article._meta.get_field("regions"), admin.site),
        error_messages=NOT_FOUND_ERRORS,
    )
    is_national = forms.BooleanField(label="发给全国，不只这些地方", required=False)
    asks_whether_national = False
    hero = PictureField(label="头图", required=False)
    version = forms.CharField(required=False, widget=forms.HiddenInput)
    move_at = forms.DateTimeField(label="发布时间（北京时间）", required=False, widget=MomentInput)
    move_reason = forms.CharField(
        label="撤回原因", required=False, max_length=200, widget=forms.TextInput
    )

    class Meta:
        widgets = {
            "body": EditorInput,
            "summary": forms.Textarea({"rows": 3, "class": "vLargeTextField"}),
        }
        help_texts = {
            "body": "从 Word、微信公众号粘贴过来的，保存时会理成段落、小标题、列表、引文、表格和图注；"
            "别的网站的图片不会留下，请用工具栏里的图片按钮上传。",
        }

    def clean_named_places(self) -> QuerySet[Region]:
        """Return the places. An editor for some places cannot move the article out of them."""
        places = self.cleaned_data["named_places"]
        if not any(self.scope.covers_region(place.pk) for place in places or [Region()]):
            raise forms.ValidationError("至少写上一个你负责的地区。")
        return places

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in PLACE_FIELDS:
            get_inner_widget(self, name).request = self.request
        if self.instance.pk:
            values = collect_stored_values(self.instance)
            for name in PLACE_FIELDS:
                get_inner_widget(self, name).loaded_rows = values[name]
                self.initial[name] = [place.pk for place in values[name]]
            self.initial["version"] = digest_form_values(values)
        for name in ("fraud_type", "alert_level"):
            if isinstance(field := self.fields.get(name), forms.ChoiceField):  # not read-only
                field.choices = [("", "不填"), *cast("list[tuple[str, str]]", field.choices)[1:]]
        self.changed_names = list(FIELDS)

    def set_version(self, version: str) -> None:
        """Set the hidden field with the digests, for the page that is shown again with errors."""
        self._set_data("version", [version])

    def _set_data(self, name: str, values: list[str]) -> None:
        posted = cast("QueryDict", self.data).copy()
        posted.setlist(self.add_prefix(name), values)
        self.data = posted

    def full_clean(self) -> None:
        super().full_clean()
        if self.errors and self.files.get(self.add_prefix("hero")) and "hero" not in self.errors:
            self.add_error("hero", "图片没有留下来：改好别处以后，请再选一次文件。")

    def clean_source_date(self) -> date | None:
        day: date | None = self.cleaned_data["source_date"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(
                "原文日期不能晚于今天，看看年份是不是写错了；还没有日期就空着。"
            )
        return day

    def clean_summary(self) -> str:
        """Return the summary on one line."""
        return " ".join(self.cleaned_data["summary"].split())

    def clean_body(self) -> str:
        try:
            body = clean_article_html(self.cleaned_data["body"])
        except MarkupRefused as refused:
            raise forms.ValidationError(str(refused)) from None
        if not extract_html_text(body):
            raise forms.ValidationError("正文清理之后是空的。")
        return body

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        self._check_alert(cleaned)
        self._check_whether_national(cleaned)
        self._check_also_places(cleaned)
        if "_schedule" in self.data:
            self._check_moment(cleaned)
        if "_withdraw" in self.data and not cleaned.get("move_reason"):
            self.add_error("move_reason", "撤回要写明原因。")
        if self.instance.pk:
            row = Article.objects.select_for_update(of=("self",)).get(pk=self.instance.pk)
            self.changed_names = merge_concurrent_edits(self, row)
            self._check_merged_places(cleaned, row)
            # A change of status made meanwhile stays.
            for name in ("status", "published_at", "withdrawn_reason"):
                setattr(self.instance, name, getattr(row, name))
        return cleaned

    def _check_alert(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("kind") != ArticleKind.ALERT:
            if cleaned.get("alert_level"):
                self.add_error("alert_level", "只有预警才有级别：清空这一项，或者把类别改成预警。")
            return
        if not cleaned.get("fraud_type") and "fraud_type" not in self.errors:
            self.add_error("fraud_type", "预警要选一种骗局类型。")
        if not cleaned.get("alert_level") and "alert_level" not in self.errors:
            self.add_error("alert_level", "预警要选一个级别。")

    def _check_whether_national(self, cleaned: dict[str, Any]) -> None:
        """Ask before an alert without places is published although its text names some, because it would be shown
        everywhere; the form then has these places filled in. Also ask before a public alert loses its places."""
        is_published = bool(_PUBLISHING_BUTTONS & self.data.keys())
        asks = (is_published or self._becomes_national()) and self.scope.is_national
        if cleaned.get("kind") != ArticleKind.ALERT or not asks:
            return
        if cleaned.get("is_national"):
            self.asks_whether_national = True  # if the page is shown again
            cleaned["named_places"] = Region.objects.none()
            return
        if "named_places" not in cleaned or cleaned["named_places"]:
            return
        if places := find_places_in_text(cleaned.get("title", ""), cleaned.get("body", "")):
            names = "、".join(place.name for place in places)
            self._ask_whether_national(
                f"文中写到{names}，已经填在这里：核对以后再发布。",
                [place.adcode for place in places],
            )
        elif former := self._list_stored_places():
            names = "、".join(place.name for place in former)
            self._ask_whether_national(
                f"原来写的是{names}，已经填回这里。", [place.adcode for place in former]
            )

    def _check_merged_places(self, cleaned: dict[str, Any], row: Article) -> None:
        """Ask again for the merged values: another editor may have removed the places, or made it an alert."""
        if self.errors:
            return
        self._check_whether_national(cleaned)
        if "named_places" in self.errors:
            count_stored_value_as_seen(self, row, "named_places")

    def _ask_whether_national(self, words: str, codes: Iterable[int]) -> None:
        self.add_error("named_places", f"{words}要发给全国的，勾上「发给全国」。")
        self.asks_whether_national = True
        self._set_data("named_places", [str(code) for code in codes])

    def _becomes_national(self) -> bool:
        """Whether this edit would make a public article an alert for the whole country, which it is not yet."""
        is_out = self.instance.status in (ArticleStatus.PUBLISHED, ArticleStatus.SCHEDULED)
        was_alert = self.initial.get("kind") == ArticleKind.ALERT
        return is_out and bool(self._list_stored_places() or not was_alert)

    def _list_stored_places(self) -> list[Region]:
        if not self.instance.pk:
            return []
        return list(get_inner_widget(self, "named_places").loaded_rows)

    def _check_also_places(self, cleaned: dict[str, Any]) -> None:
        """An editor for some places may not show the article in further places outside them."""
        also = {place.pk for place in cleaned.get("also_places") or ()}
        if also and "named_places" in cleaned and not cleaned["named_places"]:
            self.add_error("also_places", "没有写涉及地区的算全国，各地都看得到：清空这一项。")
        added = also - {*self.initial.get("also_places", ())}
        if not all(map(self.scope.covers_region, added)):
            self.add_error("also_places", "只能加你负责的地区。")

    def _check_moment(self, cleaned: dict[str, Any]) -> None:
        if "move_at" in self.errors:
            return
        if not cleaned.get("move_at"):
            self.add_error("move_at", "定时发布要填时间。")
        elif wrong := find_moment_error(cleaned["move_at"]):
            self.add_error("move_at", wrong)


class DecisionForm(ActionForm):
    """The fields beside the actions of the list."""

    reason = forms.CharField(label="原因（撤回必填）", required=False, max_length=200)
    at = forms.DateTimeField(label="定时到", required=False, widget=MomentInput)
