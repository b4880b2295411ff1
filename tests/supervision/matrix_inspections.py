"""How the addresses of inspections and rectification are tried: arguments of `Entry`, by name."""

_PLAN, _UNIT, _ORDER = ({"foreign": kind} for kind in ("inspection", "checked", "order"))
INSPECTIONS: dict[str, dict] = {
    "supervision:inspections": {"queries": ("?title={name}", "?state=draft", "?export=xlsx")},
    "supervision:inspection-new": {},
    "supervision:my-inspections": {},
    **{
        f"supervision:inspection{name}": _PLAN
        for name in ("", "-edit", "-items", "-seed", "-draw", "-frame", "-assign", "-start", "-close", "-cancel")
    },
    "supervision:inspection-units": {"foreign": "inspection", "queries": ("?q={name}", "?export=xlsx")},
    "supervision:onsite": _UNIT,
    "supervision:onsite-visit": _UNIT,
    "supervision:onsite-photo": _UNIT,
    "supervision:onsite-item": {"foreign": "checked", "arguments": {"item": 1}},
    "supervision:order-of-unit": _UNIT,
    "supervision:order-of-employer": {"foreign": "employer"},
    "supervision:ledger": {
        "queries": ("?q={name}", "?area={area}", "?overdue=yes&sort=-due", "?kind=A01&export=xlsx", "?export=pdf")
    },
    "supervision:order": {"foreign": "order", "queries": ("?export=pdf",)},
    "supervision:order-deadline": _ORDER,
    "supervision:order-answer": {"foreign": "order", "arguments": {"item": 1}},
}
