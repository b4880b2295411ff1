"""Addresses of 四(二) and 文末: money."""

from django.urls import path

from supervision.models import BudgetEvaluation
from supervision.views import agencies, budgets, money
from supervision.views.registers import file_view, register_paths

urlpatterns = [
    path("budgets/execution/", budgets.execution_report, name="execution"),
    path("budgets/<int:pk>/ledger/", budgets.budget, name="budget"),
    path("budgets/<int:pk>/ledger/new/", budgets.line_new, name="budget-line-new"),
    path("budgets/lines/<int:pk>/back/", budgets.line_back, name="budget-line-back"),
    path("budgets/<int:pk>/evaluation/", budgets.evaluation, name="budget-evaluation"),
    path(
        "budgets/evaluations/<int:pk>/file/",
        file_view(BudgetEvaluation, (*money.Budgets.reads, *money.Budgets.writes)),
        name="budget-evaluation-file",
    ),
    *(each for key, view in money.REGISTERS.items() for each in register_paths(view, key)),
    path("policies/applications/", agencies.Applications.as_view(), name="policy-applications"),
    path("policies/applications/<int:pk>/", agencies.application, name="policy-application"),
    path("policies/applications/<int:pk>/edit/", agencies.application_edit, name="policy-application-edit"),
    path("policies/applications/<int:pk>/jobs/", agencies.jobs, name="policy-jobs"),
    path("policies/<int:pk>/apply/", agencies.policy_apply, name="policy-apply"),
    *register_paths(agencies.Policies, "policies"),
    path("fees/", agencies.Fees.as_view(), name="fees"),
    path("fees/new/", agencies.fee_new, name="fees-new"),
    path("fees/<int:pk>/", agencies.fee_edit, name="fees-edit"),
    path("incomes/", agencies.Incomes.as_view(), name="incomes"),
    path("incomes/new/", agencies.income_new, name="incomes-new"),
    path("incomes/<int:pk>/", agencies.income_edit, name="incomes-edit"),
]
