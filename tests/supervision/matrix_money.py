"""Addresses of 四(二) and 文末 and how each is tried."""

from tests.matrix_entry import Entry
from tests.supervision.matrix_duties import register

OWN = Entry(queries=("?q={name}", "?export=xlsx", "?export=pdf"))
MATRIX_MONEY: dict[str, Entry] = {
    **register("budgets", file=False),
    **register("pay-issues", file=False),
    **register("social-funding", file=False),
    **register("upward-reports", file=True),
    **register("policies", file=False),
    "supervision:execution": Entry(queries=("?purpose=pay", "?purpose=x", "?export=xlsx")),
    "supervision:budget": Entry(foreign="budgets"),
    "supervision:budget-line-new": Entry(foreign="budgets"),
    "supervision:budget-line-back": Entry(foreign="budget-line"),
    "supervision:budget-evaluation": Entry(foreign="budgets"),
    "supervision:budget-evaluation-file": Entry(foreign="budget-evaluation"),
    "supervision:policy-applications": OWN,
    "supervision:policy-application": Entry(foreign="policy-application"),
    "supervision:policy-application-edit": Entry(foreign="policy-draft"),
    "supervision:policy-jobs": Entry(foreign="policy-granted"),
    "supervision:policy-apply": Entry(foreign="policies"),
    "supervision:fees": OWN,
    "supervision:fees-new": Entry(),
    "supervision:fees-edit": Entry(foreign="fees"),
    "supervision:incomes": OWN,
    "supervision:incomes-new": Entry(),
    "supervision:incomes-edit": Entry(foreign="incomes"),
}
