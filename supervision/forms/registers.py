"""The form that every register shares: area, line, file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from supervision.actions.registers import every_line
from xmsw.accounts.models import Bureau
from xmsw.regions.models import Level, Region

FILE_HINT = "PDF、JPG、PNG、DOCX、XLSX，不超过 10 MB。"
ACCEPT = {"accept": ".pdf,.jpg,.jpeg,.png,.docx,.xlsx"}
AREAS = (Level.CITY, Level.DISTRICT)
TEXT = forms.Textarea(attrs={"rows": 4})


def link_field(label: str, hint: str = "") -> forms.URLField:
    """A link that may be left out."""
    wrong = {"invalid": "链接写法不对，应以 https:// 或 http:// 开头。"}
    return forms.URLField(label=label, help_text=hint, required=False, assume_scheme="https", error_messages=wrong)


class RegisterForm(forms.ModelForm):
    """`region` offers the account's cities and districts, `bureau` the lines it keeps; `file` where there is one."""

    levels: Sequence[int] = AREAS

    def __init__(self, user: Any, writes: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if "region" in self.fields:
            self._offer_areas()
        if "bureau" in self.fields and not every_line(user, writes):
            own = user.org_unit.bureau
            self.fields["bureau"].choices = [(own, Bureau(own).label)]
        if "file" in self.fields and self.instance.file_name:
            self.fields["file"].help_text = f"{FILE_HINT}已有「{self.instance.file_name}」，不选就不换。"
        if self.instance.pk is None:
            own = {"bureau": user.org_unit.bureau, "region": user.org_unit.region_id}
            self.initial |= own | (kwargs.get("initial") or {})

    def _offer_areas(self) -> None:
        rows = Region.objects.subtree(self.user.area_code).filter(level__in=self.levels).order_by("code")
        self.fields["region"].queryset = rows
        self.fields["region"].empty_label = "请选"


def file_field(label: str = "文件") -> forms.FileField:
    """An upload that may be left out."""
    return forms.FileField(
        label=label, help_text=FILE_HINT, required=False, widget=forms.FileInput(attrs=ACCEPT), max_length=200
    )
