"""The upload form."""

from __future__ import annotations

from typing import Any

from django import forms

from xmsw.accounts.models import User
from xmsw.exchange.kinds import permitted_kinds


class UploadForm(forms.Form):
    """A kind the account may import, and a file."""

    kind = forms.ChoiceField(label="导入什么", widget=forms.Select(attrs={"class": "form-select"}))
    file = forms.FileField(
        label="文件",
        help_text="填好的模板（.xlsx），或列名相同的 .csv",
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".xlsx,.csv"}),
        error_messages={"required": "请选择要上传的文件。", "empty": "文件是空的。请先下载模板，填好后再上传。"},
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.key, kind.label) for kind in permitted_kinds(user)]
