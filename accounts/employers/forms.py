"""The forms of an employer: registration, details, contact phone, invitations of members."""

from typing import Any

from django import forms
from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidLength

from accounts.choices import EmployerKind
from accounts.employers.membership import has_licence
from accounts.employers.public_words import judge_employer_name
from accounts.models import EmployerMember
from accounts.public_text.judgement import REFUSE
from accounts.sign_in.forms import ContactField
from cities.directory.form_fields import PlaceField
from sitekit.forms.fields import NormalisedField, WordsField, normalise_input
from sitekit.forms.phone_numbers import PhoneField

# In the order of the form: most of those who register have a small shop.
KIND_WORDS = {
    EmployerKind.INDIVIDUAL_BUSINESS: "有营业执照的小店、摊点。",
    EmployerKind.DIRECT_EMPLOYER: "公司或单位自己招人，工资由自己发。",
    EmployerKind.PERSON: "自家请人：家教、保洁、搬东西。",
    EmployerKind.CREW_LEADER: "自己带队接活，招人一起干。",
    EmployerKind.HR_AGENCY: "有人力资源服务许可证，替别的单位招人。",
}


def normalise_typed_text(text: str) -> str:
    """Return the text with normal letters and digits for full-width ones, and single blanks."""
    return " ".join(normalise_input(text).split())


def _require_letter(text: str, words: str) -> None:
    """Refuse what is read as nothing: characters without a width, or signs alone."""
    if not any(character.isalnum() for character in text):
        raise forms.ValidationError(words)


class LicenceField(forms.CharField):
    """A unified social credit code; its errors say which part is wrong."""

    widget = forms.TextInput(
        attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
    )
    default_error_messages = {"max_length": "代码是 18 位，这里写得太长了。"}

    def clean(self, value: Any) -> str:
        code = uscc.compact(normalise_typed_text(super().clean(value)).replace(" ", ""))
        if not code:
            return ""
        try:
            return uscc.validate(code)
        except InvalidLength:
            raise forms.ValidationError(f"代码是 18 位，这里写了 {len(code)} 位。") from None
        except InvalidChecksum:
            raise forms.ValidationError(
                "这 18 位对不上最后一位校验码，多半是抄错了一位，请照着执照再看一遍。"
            ) from None
        except Exception:
            raise forms.ValidationError(_describe_wrong_characters(code)) from None


def _describe_wrong_characters(code: str) -> str:
    characters = dict.fromkeys(char for char in code if char not in uscc._alphabet)  # noqa: SLF001
    if characters:
        words = "、".join(f"「{char}」" for char in characters)
        return (
            f"代码里不会有{words}；只有数字和大写字母，没有 I、O、Z、S、V，看看是不是 1、0、2、5。"
        )
    return "代码的前 8 位都是数字，请照着执照再看一遍。"


class EmployerForm(forms.Form):
    """The details of an employer, at registration and later."""

    kind = forms.ChoiceField(
        label="你是哪一种？",
        choices=[(kind.value, kind.label) for kind in KIND_WORDS],
        widget=forms.RadioSelect,
        error_messages={
            "required": "请选一种，要交的材料跟着它走。",
            "invalid_choice": "没有这一种，请在五种里选。",
        },
    )
    name = NormalisedField(
        label="名称",
        min_length=2,
        max_length=60,
        help_text="照执照上的全称写；个人和领队写身份证上的姓名。",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={
            "required": "请写名称，求职者看到的就是它。",
            "min_length": "名称至少 2 个字。",
            "max_length": "名称最多 60 个字。",
        },
    )
    licence_code = LicenceField(
        label="统一社会信用代码",
        help_text="营业执照上的 18 位代码。个人和领队没有，空着就行。",
        max_length=60,
        required=False,
    )
    region = PlaceField(label="所在地区", help_text="城市或区县，比如 吉首、凤凰县。")
    contact_name = NormalisedField(
        label="联系人",
        max_length=20,
        help_text="审核时我们找谁。不公开。",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "请写联系人。", "max_length": "联系人最多 20 个字。"},
    )
    contact_phone = PhoneField(
        label="联系手机",
        help_text="审核用，下一步要用短信验证。不公开。",
        error_messages={"required": "请填手机号，审核时要用。"},
    )
    intro = WordsField(
        label="介绍",
        required=False,
        max_length=500,
        help_text="做什么的、在哪里。会公开；别写电话和微信。",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": "介绍最多 500 个字。"},
    )

    def clean_name(self) -> str:
        name = normalise_typed_text(self.cleaned_data["name"])
        _require_letter(name, "名称里要有字，照执照或身份证写。")
        verdict = judge_employer_name(name)
        if verdict.outcome == REFUSE:
            raise forms.ValidationError(verdict.words)
        return name

    def clean_contact_name(self) -> str:
        name = normalise_typed_text(self.cleaned_data["contact_name"])
        _require_letter(name, "请写联系人的姓名。")
        return name

    def clean(self) -> dict[str, Any]:
        super().clean()
        answers = self.cleaned_data
        kind = answers.get("kind")
        if kind and not has_licence(kind):
            self.errors.pop("licence_code", None)  # typed before another kind was chosen
            answers["licence_code"] = ""
        elif kind and answers.get("licence_code") == "":
            label = EmployerKind(kind).label
            self.add_error("licence_code", f"{label}要填统一社会信用代码，在营业执照上。")
        return answers

    @property
    def kinds(self) -> list[tuple[str, str, str, bool]]:
        """Return (value, label, explanation, is chosen) of each kind, for the template."""
        chosen = self["kind"].value()
        return [
            (kind.value, str(kind.label), words, chosen == kind)
            for kind, words in KIND_WORDS.items()
        ]


class RegisterForm(EmployerForm):
    agrees = forms.BooleanField(
        label="我同意招聘单位发布规则",
        error_messages={"required": "同意发布规则才能登记。"},
    )


class VerifiedForm(forms.Form):
    """The details of a verified employer that may change without a new check."""

    contact_name = EmployerForm.base_fields["contact_name"]
    intro = EmployerForm.base_fields["intro"]

    clean_contact_name = EmployerForm.clean_contact_name


class ContactPhoneForm(forms.Form):
    phone = PhoneField(
        label="联系手机",
        gets_code=True,
        error_messages={"required": "请填手机号，验证码要发到那里。"},
    )


class InviteMemberForm(forms.Form):
    contact = ContactField(
        label="对方的手机号或邮箱",
        max_length=254,
        help_text="邀请发到这里，7 天内有效。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
        error_messages={"required": "请填对方的手机号或邮箱。"},
    )
    role = forms.ChoiceField(
        label="角色",
        choices=EmployerMember.Role,
        initial=EmployerMember.Role.RECRUITER,
        help_text="招聘员能发兼职、处理报名；负责人还能管成员和资料。",
        error_messages={"invalid_choice": "没有这种角色。", "required": "请选角色。"},
    )
