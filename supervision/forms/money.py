"""Forms of 四(二) and 文末."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from supervision.forms.duties import not_ahead
from supervision.forms.registers import TEXT, RegisterForm, file_field
from supervision.models import BudgetEvaluation, BudgetItem, BudgetLine, PayIssue, SocialFunding, UpwardReport
from xmsw.ui.fields import day_field


class BudgetForm(RegisterForm):
    approved_on = day_field("批复日期")

    class Meta:
        model = BudgetItem
        fields = (
            *("region", "bureau", "name", "year", "purpose", "amount", "carried", "approved_on", "document"),
            "targets",
        )
        labels: ClassVar = {"bureau": "用款部门"}
        widgets: ClassVar = {"targets": TEXT}

    def clean_approved_on(self) -> Any:
        return not_ahead(self.cleaned_data["approved_on"])


class LineForm(forms.ModelForm):
    on = day_field("日期")

    class Meta:
        model = BudgetLine
        fields = ("kind", "on", "amount", "purpose", "document")


class EvaluationForm(forms.ModelForm):
    evaluated_on = day_field("评价日期")
    file = file_field("评价报告")

    class Meta:
        model = BudgetEvaluation
        fields = ("evaluated_on", "evaluator", "score", "grade", "conclusion")
        widgets: ClassVar = {"conclusion": TEXT}


class PayIssueForm(RegisterForm):
    found_on = day_field("发现日期")
    deadline = day_field("期限")
    solved_on = day_field("解决日期", "解决了再填", required=False)

    class Meta:
        model = PayIssue
        fields = (
            *("region", "bureau", "title", "found_on", "people", "gap", "measure", "deadline", "solved_on"),
            *("resolution", "document"),
        )
        widgets: ClassVar = {"measure": TEXT}

    def clean_found_on(self) -> Any:
        return not_ahead(self.cleaned_data["found_on"])

    def clean_solved_on(self) -> Any:
        return not_ahead(self.cleaned_data["solved_on"])


class SocialFundingForm(RegisterForm):
    on = day_field("到账日期")

    class Meta:
        model = SocialFunding
        fields = ("region", "source", "giver", "on", "amount", "use", "document")

    def clean_on(self) -> Any:
        return not_ahead(self.cleaned_data["on"])


class UpwardReportForm(RegisterForm):
    period_start = day_field("报告期起")
    period_end = day_field("报告期止")
    on = day_field("报送日期")
    file = file_field("报送文件")

    class Meta:
        model = UpwardReport
        fields = ("region", "recipient", "title", "document", "period_start", "period_end", "on")

    def clean_on(self) -> Any:
        return not_ahead(self.cleaned_data["on"])
