"""Addresses of 一-2 and 一-6 and how each is tried."""

from tests.matrix_entry import Entry

LIST = Entry(queries=("?area={area}", "?area={area}-", "?q={name}", "?q={code}", "?export=xlsx", "?export=pdf"))
MATRIX_COVERAGE: dict[str, Entry] = {
    "supervision:coverage": Entry(queries=("?area={area}", "?export=xlsx")),
    "supervision:field-posts": LIST,
    "supervision:frontline": Entry(queries=("?area={area}", "?sector=institution", "?sector=x", "?export=xlsx")),
    "supervision:seated": LIST,
    "supervision:leavers": LIST,
    "supervision:beginners": LIST,
}
