"""Cells that a spreadsheet will not run.

Responses are untrusted: one that begins with "=" is a formula to a spreadsheet, and runs when an
expert opens the file. Such a cell gets an apostrophe in front, which spreadsheets read as "this is
text"; reading takes it off again.
"""

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a formula of a cell, white space that hides one, and their full-width forms.

Source: OWASP, "CSV Injection".
"""


def quoted(text: str) -> str:
    """Return the text as a cell that is text and no formula; NUL and half characters become �."""
    sound = text.encode(errors="replace").decode().replace("\0", "�")
    return f"'{sound}" if sound.lstrip("'").startswith(STARTS) else sound


def unquoted(cell: str) -> str:
    """Return what `quoted` made the cell of."""
    return cell[1:] if cell[:1] == "'" and cell.lstrip("'").startswith(STARTS) else cell
