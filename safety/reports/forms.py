"""The form for a report, with plain words for each reason, and the form to look one up."""

from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundWidget

from safety.choices import ReportReason as R
from safety.moderation.ticket_codes import normalise_ticket
from sitekit.forms.fields import AddressField, OpenForm, WordsField


class ReportChoice(NamedTuple):
    """The label of a reason, and what helps to prove it."""

    words: str
    evidence: str


OF_LISTINGS: dict[str, ReportChoice] = {
    R.ASKED_FEE: ReportChoice("要我先交钱", "什么名目、多少钱、怎么付，聊天和转账的截图留着"),
    R.BRUSHING: ReportChoice("让我刷单、垫付", "做了几单、垫了多少、在哪个 App 里"),
    R.AGENCY_FEE: ReportChoice("中介收介绍费", "收了多少、谁收的、有没有收据"),
    R.TRAINING_TRAP: ReportChoice("要我先报班、办贷款", "什么课、哪家公司、合同或贷款的名字"),
    R.ASKED_CARDS: ReportChoice("要银行卡、电话卡或验证码", "要哪一样、说拿去做什么"),
    R.ID_SEIZURE: ReportChoice("扣我的身份证", "在哪里、谁扣的、说什么时候还"),
    R.DIVERSION: ReportChoice("引我去加微信、QQ 或下载 App", "对方的号、群或 App 的名字"),
    R.FAKE_INFO: ReportChoice("干的活、给的钱和写的不一样", "写的是什么，实际是什么"),
    R.FAKE_PHONE: ReportChoice("电话打不通，或者不是对方的", "什么时候打的，接的人怎么说"),
    R.AGENCY_IMPERSONATION: ReportChoice("中介冒充单位直接招", "见面的是哪家公司的人"),
    R.WAGE_ARREARS: ReportChoice("干完不给钱", "干了几天、欠多少、约好哪天给"),
    R.DISCRIMINATION: ReportChoice("挑性别、民族、户籍、长相", "写的或说的原话"),
    R.MINORS: ReportChoice("招不满 16 岁的人", "在哪里看到的，大约几个人"),
    R.ILLEGAL: ReportChoice("活本身就违法", "让做什么"),
    R.FILLED_OR_EXPIRED: ReportChoice("已经招满或者过期了", "谁告诉你的"),
    R.OTHER: ReportChoice("别的问题", "说说是怎么回事"),
}
OF_ARTICLES: dict[str, ReportChoice] = {
    R.FAKE_INFO: ReportChoice("内容不对", "哪一句不对，对的在哪里能看到"),
    R.FILLED_OR_EXPIRED: ReportChoice("已经过时了", "现在是什么情况"),
    R.DIVERSION: ReportChoice("里面有拉人、加群、下载的链接", "是哪一处"),
    R.DISCRIMINATION: ReportChoice("有歧视人的话", "原话"),
    R.ILLEGAL: ReportChoice("内容违法", "是哪一处"),
    R.OTHER: ReportChoice("别的问题", "说说是怎么回事"),
}


class ReportForm(OpenForm):
    reason = forms.ChoiceField(
        label="哪里不对",
        widget=forms.RadioSelect,
        error_messages={"required": "请选一个原因。", "invalid_choice": "没有这个原因，请重选。"},
    )
    words = WordsField(
        label="经过",
        required=False,
        max_length=2000,
        help_text="什么时候、谁、说了什么、要多少钱。别写自己的身份证号和银行卡号。",
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"max_length": "最多写 2000 字，请挑要紧的写。"},
    )
    email = AddressField(
        label="邮箱",
        required=False,
        help_text="填了，有结果写信告诉你；不填，用查询码自己查。",
        error_messages={"invalid": "这个邮箱写得不对，应该像 name@example.com；也可以不填。"},
    )

    def __init__(self, *args: Any, reasons: dict[str, ReportChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reasons = reasons
        self.fields["reason"].choices = [(code, choice.words) for code, choice in reasons.items()]  # type: ignore[attr-defined]

    def options(self) -> list[tuple[BoundWidget, str]]:
        """Return (radio button, what helps to prove it) for each reason."""
        radios = zip(self["reason"], self.reasons.values(), strict=True)
        return [(radio, choice.evidence) for radio, choice in radios]

    def clean(self) -> dict[str, Any]:
        super().clean()
        answers = self.cleaned_data
        if answers.get("reason") == R.OTHER and "words" in answers and not answers["words"]:
            self.add_error("words", "选了“别的问题”，请写几句是怎么回事。")
        return answers


class StatusForm(forms.Form):
    code = forms.CharField(
        label="查询码",
        max_length=60,
        help_text="10 位字母和数字，提交以后给你的。",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={
            "required": "请填查询码。",
            "max_length": "查询码是 10 位，比如 7K3MW-9PQ2X。",
        },
    )

    def clean_code(self) -> str:
        code = normalise_ticket(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(
                "查询码是 10 位字母和数字，没有 0、O、1、I、L，请对照再填一遍。"
            )
        return code
