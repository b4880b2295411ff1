"""Addresses of 四(一) and how each is tried."""

from tests.matrix_entry import Entry

REGISTER = Entry(queries=("?q={name}", "?area={area}", "?bureau=health", "?export=xlsx", "?export=pdf"))
FILED = ("plans", "meetings", "meeting-tasks", "supporting-rules")
PLAIN = ("targets", "contacts", "guidance")


def register(key: str, *, file: bool) -> dict[str, Entry]:
    """The addresses of a register."""
    row = Entry(foreign=key)
    found = {f"supervision:{key}": REGISTER, f"supervision:{key}-new": Entry(), f"supervision:{key}-edit": row}
    return found | ({f"supervision:{key}-file": row} if file else {})


MATRIX_DUTIES: dict[str, Entry] = {
    **{name: entry for key in FILED for name, entry in register(key, file=True).items()},
    **{name: entry for key in PLAIN for name, entry in register(key, file=False).items()},
    "supervision:meeting-task-done": Entry(foreign="meeting-tasks"),
    "supervision:line": Entry(queries=("?bureau=health", "?bureau=x")),
    "supervision:line-employers": Entry(
        queries=("?q={name}", "?area={area}&kind=A01", "?bureau=health&stands=short", "?export=xlsx", "?export=pdf")
    ),
}
