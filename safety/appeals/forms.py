from django import forms


class AppealForm(forms.Form):
    words = forms.CharField(
        label="哪里判错了",
        min_length=10,
        max_length=2000,
        help_text="10 到 2000 字。写事情经过和证据，不用写客气话。",
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={
            "required": "请写明哪里判错了。",
            "min_length": "太短了，看的人没法判断，至少写 10 个字。",
            "max_length": "最多写 2000 字，请挑要紧的写。",
        },
    )
