# SPDX-License-Identifier: GPL-3.0-or-later
"""What the checks share: the project's sources, and C++ text without comments and strings."""
import pathlib
import re

ROOMS = ("app", "core", "ui")


def files(root, rooms, suffixes=(".h", ".cpp")):
    for room in rooms:
        yield from sorted(p for p in (pathlib.Path(root) / room).rglob("*") if p.suffix in suffixes)


_PIECES = re.compile(r'R"\((?:.|\n)*?\)"|//[^\n]*|/\*(?:.|\n)*?\*/|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Za-z_])\'(?:\\.|[^\'\\\n])+\'')


def blanked(text, keep_strings=False):
    """The text with comments and strings replaced by spaces; line numbers stay."""
    def blank(match):
        piece = match.group(0)
        if keep_strings and not piece.startswith("/"):
            return piece
        return re.sub(r"[^\n]", " ", piece)
    return _PIECES.sub(blank, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1
