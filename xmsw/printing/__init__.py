"""Pages for paper: typst templates in, tagged PDF out; nothing but wheels and the font the project ships."""

from xmsw.printing.lists import PrintedList
from xmsw.printing.pdf import PrintError, pdf, pdf_response

__all__ = ["PrintError", "PrintedList", "pdf", "pdf_response"]
