"""Figures of a city or a district: the numbers that screens, year ends and the annual report share.

Each is declared once (`declared`), read in sets for all areas (`reading`) and told in one way (`Told`), so that a
number on paper is the number on the screen.
"""

from supervision.figures.charts import chart
from supervision.figures.declared import FIGURES, GROUPS, Figure
from supervision.figures.reading import Book, read
from supervision.figures.told import Told

__all__ = ["FIGURES", "GROUPS", "Book", "Figure", "Told", "chart", "read"]
