"""Set one document in a process of its own: JSON on standard input, the file on standard output.

The typesetter remembers what it laid out (measured: 40 MB for a list of 2,000 rows, ten times over); with the process
that memory goes, and a runaway document can be stopped. Standard library and typst only, so that it starts in 0.1 s.
"""

from __future__ import annotations

import json
import sys

import typst

# PDF/UA-1: headings, tables and the reading order are marked, as screen readers need them.
ACCESSIBLE = "ua-1"
MISSING_CHARACTER = "could not be displayed"
FAILED = 3


def main() -> int:
    """Exit status 0, or FAILED with the typesetter's words on standard error."""
    asked = json.load(sys.stdin.buffer)
    # The project's font first, by name; the machine's own help out with rare characters in names of people.
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=True, font_paths=[asked["fonts"]])
    compiler = typst.Compiler(
        asked["template"], root=asked["root"], font_paths=fonts, sys_inputs={"data": json.dumps(asked["data"])}
    )
    try:
        made = _compiled(compiler, asked["format"], asked["made_at"])
    except typst.TypstError as error:
        print(error.message, error.diagnostic, file=sys.stderr)
        return FAILED
    sys.stdout.buffer.write(made)
    return 0


def _compiled(compiler: typst.Compiler, form: str, made_at: int) -> bytes:
    if form != "pdf":
        made = compiler.compile(format=form, timestamp=made_at)
        return made[0] if isinstance(made, list) else made
    try:
        return compiler.compile(format="pdf", pdf_standards=[ACCESSIBLE], timestamp=made_at)
    except typst.TypstError as error:
        if MISSING_CHARACTER not in error.message:
            raise
    # A character that no font has: better a box on paper than no paper.
    return compiler.compile(format="pdf", timestamp=made_at)


if __name__ == "__main__":
    sys.exit(main())
