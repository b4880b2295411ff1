"""Forms of standing, recruitment notices, publicity and stories."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from talents.models import PersonStory, PublicityItem, RecruitmentNotice, StandingRecord
from xmsw.regions.models import Level, Region
from xmsw.ui.fields import day_field


def _not_ahead(day: Any) -> Any:
    if day and day > timezone.localdate():
        raise forms.ValidationError("日期不能晚于今天。")
    return day


class StandingForm(forms.ModelForm):
    start = day_field("起始日期")
    end = day_field("届满日期", required=False, hint="在任的空着，或填届满的日期")

    class Meta:
        model = StandingRecord
        fields = ("kind", "level", "body", "post", "elected", "region", "start", "end", "source")

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Region.objects.subtree(user.area_code).filter(level__gte=Level.DISTRICT).order_by("code")
        self.fields["region"].queryset = rows
        self.fields["region"].empty_label = "请选"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        kind, level = cleaned.get("kind"), cleaned.get("level")
        tens = {"congress": 1, "consultative": 2}.get(kind)
        if (kind and (tens is None) != (level is None)) or (tens and level and level // 10 != tens):
            self.add_error("level", "人大代表、政协委员要选对应的级别；其他类型不填级别。")
        if cleaned.get("start") and cleaned.get("end") and cleaned["end"] < cleaned["start"]:
            self.add_error("end", "届满日期不能早于起始日期。")
        return cleaned


def _link() -> forms.URLField:
    wrong = {"invalid": "链接写法不对，应以 https:// 或 http:// 开头。"}
    return forms.URLField(label="链接", required=False, assume_scheme="https", error_messages=wrong)


class NoticeForm(forms.ModelForm):
    url = _link()
    on = day_field("发布日期")

    class Meta:
        model = RecruitmentNotice
        fields = (
            *("kind", "organ", "title", "url", "on", "positions", "social_service", "preferred"),
            *("hires", "social_work_hires"),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        hires, ours = cleaned.get("hires"), cleaned.get("social_work_hires")
        if ours is not None and (hires is None or ours > hires):
            self.add_error("social_work_hires", "社会工作专业人才的录用人数不能多于实际录用人数。")
        return cleaned


class PublicityForm(forms.ModelForm):
    url = _link()
    on = day_field("日期")

    class Meta:
        model = PublicityItem
        fields = ("title", "medium", "outlet", "on", "url", "audience", "summary")

    def clean_on(self) -> Any:
        return _not_ahead(self.cleaned_data["on"])


class StoryForm(forms.ModelForm):
    consent_on = day_field("书面同意日期", required=False, hint="本人在自己账号里同意的，不用填这两项")
    text = forms.CharField(label="事迹", max_length=8000, widget=forms.Textarea(attrs={"rows": 12}))

    class Meta:
        model = PersonStory
        fields = ("title", "text", "consent_on", "consent_scope", "photo_agreed")
        help_texts: ClassVar = {
            "consent_scope": "例如：在平台公开姓名和事迹",
            "photo_agreed": "书面同意里写明可以公开照片的才勾选",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.consented_online:  # the person's own word: nobody else writes over it
            del self.fields["consent_on"], self.fields["consent_scope"], self.fields["photo_agreed"]

    def clean_consent_on(self) -> Any:
        return _not_ahead(self.cleaned_data["consent_on"])
