"""The report as a Word document, so that an office can go on writing in it."""

from __future__ import annotations

import io

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from supervision.report.document import Block, Chart, Report, Table
from supervision.report.paper import picture

FONT, WESTERN = "宋体", "Times New Roman"
SMALL = Pt(8.5)
INDENT = Pt(21)  # two characters of 10.5 pt
TEXT_WIDTH = Cm(16)
GAP = Pt(2)


def as_word(report: Report) -> bytes:
    """A .docx with real headings, tables whose heads repeat, pictures with words for those who cannot see them."""
    document = Document()
    _set_up(document, report)
    document.add_heading(report.title, level=0).alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph(f"{report.area}　{report.day:%Y-%m-%d}").alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph(report.basis + ("数据为演示数据，均属虚构。" if report.synthetic else ""))
    for section in report.sections:
        document.add_heading(section.heading, level=1)
        for block in section.blocks:
            _add(document, block)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _set_up(document: DocumentType, report: Report) -> None:
    """A4, one font for Chinese throughout, page numbers at the foot."""
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.5)
    document.core_properties.title = report.title
    document.core_properties.author = report.area
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name = WESTERN
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), FONT)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)
    document.styles["Normal"].font.size = Pt(10.5)
    document.styles["Title"].font.size = Pt(18)
    foot = page.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _number(foot)


def _number(paragraph: Paragraph) -> None:
    """The page's number, as a field that Word fills in."""
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()._r
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run.append(mark)


def _add(document: DocumentType, block: Block) -> None:
    if isinstance(block, Table):
        _add_table(document, block)
    elif isinstance(block, Chart):
        document.add_heading(block.title, level=2)
        drawn = document.add_picture(io.BytesIO(picture(block)), width=TEXT_WIDTH)
        drawn._inline.docPr.set("descr", f"{block.title}：{'、'.join(block.data['labels'])}")
    else:
        document.add_paragraph(block.text).paragraph_format.first_line_indent = INDENT


def _add_table(document: DocumentType, block: Table) -> None:
    document.add_heading(block.title, level=2)
    table = document.add_table(rows=1, cols=len(block.columns), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    widths = [int(TEXT_WIDTH * share / sum(block.widths)) for share in block.widths]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    head = table.rows[0]
    _repeat(head)
    for cell, (label, _), width in zip(head.cells, block.columns, widths, strict=True):
        _write(cell, label, width, WD_ALIGN_PARAGRAPH.CENTER, bold=True)
    for texts in block.texts():
        cells = table.add_row().cells
        for cell, text, (_, numeric), width in zip(cells, texts, block.columns, widths, strict=True):
            _write(cell, text, width, WD_ALIGN_PARAGRAPH.RIGHT if numeric else WD_ALIGN_PARAGRAPH.LEFT)
    document.add_paragraph(block.note)


def _repeat(row: object) -> None:
    """The head stands on every page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _write(cell: _Cell, text: str, width: int, alignment: WD_ALIGN_PARAGRAPH, *, bold: bool = False) -> None:
    cell.width = width
    paragraph = cell.paragraphs[0]
    paragraph.alignment = alignment
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = GAP
    run = paragraph.add_run(text)
    run.font.size, run.bold = SMALL, bold
