"""Forms of guidance standards, district floats, indicators, what-ifs and the calculator."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from payroll.guidance import in_order
from payroll.issuing import REQUIRED
from payroll.models import GUIDED_SECTORS, DistrictFloat, EconomicIndicator, GuidanceStandard, RungCode
from payroll.scenarios import Scenario
from xmsw.regions.models import Level, Region
from xmsw.ui.fields import PercentField, day_field

SECTORS = [(sector.value, sector.label) for sector in GUIDED_SECTORS]
MOST = Decimal(10)
SHARE, AMOUNT = "share", "amount"


def _money(label: str, **extra: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=12, decimal_places=2, min_value=Decimal("0.01"), **extra)


class StandardForm(forms.ModelForm):
    """A draft: what it rests on, and each rung as a share of the base wage or as an amount a year."""

    float_down = PercentField(label="区可下浮（%）", min_value=Decimal(0), max_value=Decimal("0.99"))
    float_up = PercentField(label="区可上浮（%）", min_value=Decimal(0), max_value=Decimal("0.99"))
    start = day_field("施行日期", "上一版到前一天为止")
    basis = forms.ChoiceField(
        label="各档怎么定", choices=((SHARE, "按基准工资的百分比"), (AMOUNT, "按年薪金额")), widget=forms.RadioSelect
    )

    class Meta:
        model = GuidanceStandard
        fields = ("sector", "document", "base_year", "base_wage", "float_down", "float_up", "start", "note")
        help_texts: ClassVar = {
            "document": "发布这份标准的文件",
            "base_wage": "城镇非私营单位在岗职工年平均工资",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["base_wage"].min_value = Decimal("0.01")
        self.fields["basis"].initial = SHARE
        for code, label in RungCode.choices:
            hint = "" if code in REQUIRED else "没有规定的空着"
            self.fields[f"rung_{code}"] = forms.DecimalField(
                label=label,
                required=False,
                max_digits=12,
                decimal_places=4,
                min_value=Decimal("0.0001"),
                help_text=hint,
            )
        if self.instance.pk:
            self._show(self.instance)

    def _show(self, standard: GuidanceStandard) -> None:
        rungs = in_order(standard)
        by_amount = any(each.amount is not None for each in rungs)
        self.fields["basis"].initial = AMOUNT if by_amount else SHARE
        for each in rungs:
            value = each.annual if by_amount else each.share * 100
            self.fields[f"rung_{each.rung}"].initial = f"{value.normalize():f}"

    def clean(self) -> dict[str, Any]:
        """Every one of the six rungs; a percentage of the base wage within reason."""
        cleaned = super().clean()
        for code in REQUIRED:
            if cleaned.get(f"rung_{code}") is None and f"rung_{code}" not in self.errors:
                self.add_error(f"rung_{code}", "请填这一档。")
        if cleaned.get("basis") == SHARE:
            for code in RungCode.values:
                if (cleaned.get(f"rung_{code}") or 0) > MOST * 100:
                    self.add_error(f"rung_{code}", "百分比太大；要填金额，请选「按年薪金额」。")
        return cleaned

    @property
    def rungs(self) -> dict[str, tuple[Decimal | None, Decimal | None]]:
        """Rung → (share, amount), one of both."""
        given = {code: self.cleaned_data.get(f"rung_{code}") for code in RungCode.values}
        if self.cleaned_data["basis"] == SHARE:
            return {code: (value / 100, None) for code, value in given.items() if value is not None}
        return {code: (None, value.quantize(Decimal("0.01"))) for code, value in given.items() if value is not None}

    @property
    def rung_fields(self) -> list[forms.BoundField]:
        """The fields of the rungs, the lowest first."""
        return [self[f"rung_{code}"] for code in RungCode.values]

    @property
    def head_fields(self) -> list[forms.BoundField]:
        """The other fields, the basis last."""
        return [self[name] for name in (*self.Meta.fields, "basis")]


class CompareForm(forms.Form):
    """Two versions of any sector."""

    a = forms.ModelChoiceField(label="旧版本", queryset=GuidanceStandard.objects.none(), empty_label="请选")
    b = forms.ModelChoiceField(label="新版本", queryset=GuidanceStandard.objects.none(), empty_label="请选")

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = GuidanceStandard.objects.visible_to(user).exclude(state="withdrawn").order_by("sector", "-start")
        for name in ("a", "b"):
            self.fields[name].queryset = rows
            self.fields[name].label_from_instance = _version_label


def _version_label(standard: GuidanceStandard) -> str:
    return f"{standard.get_sector_display()} · {standard.document} · {standard.start:%Y-%m-%d} 起"


class FloatForm(forms.ModelForm):
    """A district's rate: percent, up positive, down negative."""

    rate = PercentField(
        label="浮动比例（%）", min_value=Decimal(-1), max_value=Decimal(1), help_text="上浮为正，下浮为负"
    )
    start = day_field("施行日期", "以前的比例到前一天为止")

    class Meta:
        model = DistrictFloat
        fields = ("standard", "district", "rate", "document", "start")

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area = user.area_code or "-"
        districts = Region.objects.filter(level=Level.DISTRICT, code__startswith=area[:6]).order_by("code")
        self.fields["district"].queryset = districts
        issued = GuidanceStandard.objects.filter(state=GuidanceStandard.State.PUBLISHED, city_id=area[:4])
        self.fields["standard"].queryset = issued.order_by("sector", "-start")
        self.fields["standard"].label_from_instance = _version_label


class IndicatorForm(forms.ModelForm):
    """A year's published figures; growth in percent."""

    gdp_growth = PercentField(
        label="地区生产总值增长率（%）", required=False, min_value=Decimal("-0.5"), max_value=Decimal(1)
    )
    cpi_growth = PercentField(
        label="居民消费价格涨幅（%）", required=False, min_value=Decimal("-0.5"), max_value=Decimal(1)
    )
    published_on = day_field("公布日期")

    class Meta:
        model = EconomicIndicator
        fields = ("year", "average_wage", "gdp_growth", "cpi_growth", "source", "published_on")

    def clean_published_on(self) -> date:
        """Not ahead of today."""
        if self.cleaned_data["published_on"] > timezone.localdate():
            raise forms.ValidationError("公布日期不能晚于今天。")
        return self.cleaned_data["published_on"]


class KeepForm(forms.Form):
    """That a sector's standard stays as it is, and why."""

    sector = forms.ChoiceField(label="领域", choices=SECTORS)
    reason = forms.CharField(
        label="理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}), help_text="写明为什么暂不调整"
    )


KEPT, LOWEST = "kept", "lowest"
SELECT = {"class": "form-select"}


class WizardForm(forms.Form):
    """Which sector and which year's figures the what-ifs begin with, and which district rates they are judged by."""

    sector = forms.ChoiceField(label="领域", choices=SECTORS, widget=forms.Select(attrs=SELECT))
    indicator = forms.ModelChoiceField(
        label="按哪一年的指标",
        queryset=EconomicIndicator.objects.none(),
        required=False,
        empty_label="不用指标",
        widget=forms.Select(attrs=SELECT),
    )
    floats = forms.ChoiceField(
        label="区浮动比例",
        choices=((KEPT, "沿用各区已定比例"), (LOWEST, "按下限")),
        required=False,
        widget=forms.Select(attrs=SELECT),
    )

    @property
    def keeps_floats(self) -> bool:
        """Whether what-ifs take over the rates that districts have set; so they do unless told otherwise."""
        return self.cleaned_data["floats"] != LOWEST

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = EconomicIndicator.objects.filter(city_id=(user.area_code or "")[:4]).order_by("-year")
        self.fields["indicator"].queryset = rows


class ScenarioForm(forms.Form):
    """One what-if; shares and float in percent."""

    name = forms.CharField(label="方案名称", max_length=40)
    base_wage = _money("基准工资（元/年）")
    float_down = PercentField(label="可下浮（%）", min_value=Decimal(0), max_value=Decimal("0.99"))
    float_up = PercentField(label="可上浮（%）", min_value=Decimal(0), max_value=Decimal("0.99"), required=False)
    uncertified, assistant_2, assistant_1, social_worker_3, social_worker_2, social_worker_1, senior = (
        PercentField(label=label, required=code in REQUIRED, min_value=Decimal("0.0001"), max_value=MOST, decimals=4)
        for code, label in RungCode.choices
    )

    def scenario(self, sector: str, floats: int | None = None) -> Scenario:
        """What was asked, with the district rates of that stored version; only after `is_valid`."""
        given: Mapping[str, Any] = self.cleaned_data
        shares = {code: given[code] for code in RungCode.values if given.get(code) is not None}
        up = given["float_up"] or Decimal(0)
        sectors = (sector,)
        return Scenario(
            given["name"], sectors, given["base_wage"], shares, given["float_down"], float_up=up, floats=floats
        )

    @property
    def rung_fields(self) -> list[forms.BoundField]:
        """The fields of the rungs, the lowest first."""
        return [self[code] for code in RungCode.values]


class Scenarios(forms.BaseFormSet):
    """What-ifs side by side, each with a box that takes it out."""

    @classmethod
    def get_deletion_widget(cls) -> forms.CheckboxInput:
        """A box that the form's style knows."""
        return forms.CheckboxInput(attrs={"class": "form-check-input"})


ScenarioFormSet = forms.formset_factory(ScenarioForm, Scenarios, extra=0, can_delete=True, max_num=20, absolute_max=20)


class CalculatorForm(forms.Form):
    """Sector, district, certificate or rung, a month's pay and the day."""

    sector = forms.ChoiceField(label="单位领域", choices=SECTORS)
    district = forms.ModelChoiceField(label="所在区", queryset=Region.objects.none(), empty_label=None)
    rung = forms.ChoiceField(label="薪酬档级", choices=[("", "全部档级"), *RungCode.choices], required=False)
    pay = forms.DecimalField(
        label="月应发工资（元）", required=False, max_digits=10, decimal_places=2, min_value=Decimal(0),
        help_text="税前，含个人缴纳部分；可以不填",
    )  # fmt: skip
    time_share = forms.DecimalField(
        label="工时比例", required=False, min_value=Decimal("0.01"), max_value=Decimal(1),
        decimal_places=3, max_digits=4, help_text="全职填 1，半职填 0.5；空着为 1",
    )  # fmt: skip
    on = day_field("按哪一天", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        issued = GuidanceStandard.objects.filter(state__in=("published", "superseded")).values("city_id")
        rows = Region.objects.filter(level=Level.DISTRICT, parent_id__in=issued).order_by("code")
        self.fields["district"].queryset = rows
