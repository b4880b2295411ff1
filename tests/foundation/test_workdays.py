"""Working days over National Day of three years, by the State Council's own arrangements."""

from __future__ import annotations

from datetime import date

import pytest

from xmsw.workdays import arranged, is_working_day, last_of


@pytest.mark.parametrize(
    ("published", "end"),
    [
        # 国办发明电〔2023〕7号: 10-01 to 10-07 off, 09-29 and 10-12 worked. 9-26 (Thu) → 27, 29, 30, 8, 9.
        (date(2024, 9, 26), date(2024, 10, 9)),
        # 国办发明电〔2024〕12号: 10-01 to 10-08 off, 09-28 and 10-11 worked. 9-26 (Fri) → 28, 29, 30, 9, 10.
        (date(2025, 9, 26), date(2025, 10, 10)),
        # 国办发明电〔2025〕7号: 10-01 to 10-07 off, 09-20 and 10-10 worked; 9-25 to 9-27 is mid-autumn.
        # 9-24 (Thu) → 28, 29, 30, 8, 9.
        (date(2026, 9, 24), date(2026, 10, 9)),
        # The same year, published within the holidays: 8, 9, 10, 12, 13.
        (date(2026, 10, 2), date(2026, 10, 13)),
    ],
)
def test_five_working_days_over_national_day(published, end):
    assert last_of(5, published) == end
    assert is_working_day(end)


def test_a_week_without_holidays_and_what_is_not_a_number_of_days():
    assert last_of(5, date(2026, 11, 23)) == date(2026, 11, 30)
    assert last_of(1, date(2026, 11, 20)) == date(2026, 11, 23)
    with pytest.raises(ValueError, match="0 working days"):
        last_of(0, date(2026, 11, 23))


def test_a_year_that_nobody_has_arranged_yet_is_known_as_such():
    assert arranged(2026)
    assert not arranged(2040)
