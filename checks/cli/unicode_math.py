r"""LaTeX as Unicode text, for formulas in a terminal.

`unicode_math(r"\boldsymbol R_{m}^\top\,\boldsymbol q")` is `Rₘᵀ q`. Tables say what a command
becomes and where spaces go; a script that Unicode cannot write becomes `^(…)` or `_(…)`, a
fraction `a/b`. Styles such as bold are dropped. A formula is one line for each of its rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .unicode_tables import (
    ACCENTS,
    BIG,
    BLACKBOARD,
    BRACKETS,
    CLOSING,
    COMMANDS,
    ENVIRONMENTS,
    FUNCTIONS,
    IGNORED,
    KINDS,
    OPENING,
    SIZES,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    TAKES,
    Kind,
)

TOKEN = re.compile(r"\\[a-zA-Z]+\*?|\\.|\s+|.", re.DOTALL)
INLINE = re.compile(r"\$([^$]+)\$")
ATOM = re.compile(rf"\d+|d?\w[\u0300-\u036f{''.join(SUBSCRIPTS.values())}]*")
BREAKS = re.compile(r"[ /+−·]")
Item = tuple[Kind, str]
"""A piece of a row: what it is, and its text."""

_NO_SIGN_BEFORE = ("", "relation", "binary", "open", "comma", "space")
_FACTOR_LEFT = (["ordinary"], ["close"], ["function"])
_FACTOR_RIGHT = (["ordinary"], ["open"], ["function"], ["big"], ["fraction"])
_LOOSE = ("relation", "binary")
_NAMES = ("function", "big")
_TIGHT = {*OPENING, "+", "−", "|", "‖"}


def unicode_math(tex: str) -> str:
    """Write a formula with Unicode characters.

    Parameters
    ----------
    tex
        LaTeX of a formula, without dollar signs.

    Returns
    -------
    str
        The formula; several lines when it has several rows. A command that the tables do not
        have is written by its name.
    """
    rows = _Reader(tex).rows()
    return "\n".join(", ".join(filter(None, cells)) for cells in rows)


def unicode_text(text: str) -> str:
    """Write a sentence whose formulas stand between dollar signs."""
    return INLINE.sub(lambda found: unicode_math(found[1]), text)


def unknown_commands(tex: str) -> set[str]:
    """List the commands and environments of a formula that the tables do not have."""
    named = {piece for piece in TOKEN.findall(tex) if piece.startswith("\\")}
    environments = set(re.findall(r"\\(?:begin|end)\{([^}]*)\}", tex))
    known = {"\\begin", "\\end", "\\\\", *COMMANDS, *FUNCTIONS, *BIG, *ACCENTS, *SIZES, *TAKES}
    return (named - known - IGNORED) | (environments - set(ENVIRONMENTS))


class _Reader:
    """Reads one formula from left to right."""

    def __init__(self, tex: str) -> None:
        self.pieces: list[str] = [piece for piece in TOKEN.findall(tex) if piece not in IGNORED]
        self.place = 0
        self.bars = 0

    def rows(self, end: str = "", compact: bool = False) -> list[list[str]]:
        """Read rows of cells up to a piece, or to the end."""
        rows: list[list[str]] = []
        cells: list[str] = []
        items: list[Item] = []
        while self.place < len(self.pieces):
            piece = self._next()
            if piece == end:
                break
            if piece == "&" or piece == "\\\\":
                cells.append(_joined(items, compact))
                items = []
            if piece == "\\\\":
                rows.append(cells)
                cells = []
            elif piece != "&":
                items += self._item(piece)
        cells.append(_joined(items, compact))
        return [*rows, cells] if any(cells) else rows

    def _next(self) -> str:
        self.place += 1
        return self.pieces[self.place - 1]

    def _peek(self) -> str:
        """Look at the next piece that is no white space."""
        while self.place < len(self.pieces) and self.pieces[self.place].isspace():
            self.place += 1
        return self.pieces[self.place] if self.place < len(self.pieces) else ""

    def _argument(self, compact: bool = False) -> str:
        """Read what a command or a script is applied to: a group, or one item."""
        piece = self._peek()
        if not piece:
            return ""
        self.place += 1
        if piece == "{":
            return self._group(compact)
        if piece.isdigit():
            return piece
        return _joined(list(self._item(piece, scripts=False)), compact)

    def _group(self, compact: bool) -> str:
        return " ".join(" ".join(cells) for cells in self.rows("}", compact))

    def _words(self) -> str:
        """Read the argument of a command as it stands, spaces included."""
        self._peek()
        end = self.pieces.index("}", self.place)
        text = "".join(self.pieces[self.place + 1 : end])
        self.place = end + 1
        return text

    def _item(self, piece: str, scripts: bool = True) -> Iterator[Item]:
        """Read the piece that starts with this piece, with its scripts."""
        if piece.isspace():
            return
        kind, text = self._base(piece)
        below, above = self._scripts() if scripts else ("", "")
        if kind == "big" and below and above:
            yield kind, f"{text}[{below} … {above}]"
        else:
            yield (
                kind,
                text + _script(below, "_", SUBSCRIPTS) + _script(above, "^", SUPERSCRIPTS),
            )

    def _scripts(self) -> tuple[str, str]:
        """Read primes, a subscript and a superscript, in any order."""
        found = {"_": "", "^": ""}
        while (mark := self._peek()) in ("_", "^", "'"):
            self.place += 1
            if mark == "'":
                found["^"] += "′"
            else:
                found[mark] += self._argument(compact=True)
        return found["_"], found["^"]

    def _base(self, piece: str) -> Item:
        """Read one token without its scripts."""
        if piece == "{":
            return "ordinary", self._group(compact=False)
        if piece == "\\begin":
            return "ordinary", self._environment()
        if piece in SIZES:
            return self._delimiter(piece)
        if piece in TAKES:
            return self._applied(piece)
        if piece in ACCENTS:
            text = self._argument()
            return "ordinary", text[:1] + ACCENTS[piece] + text[1:]
        if piece in FUNCTIONS:
            return "function", piece[1:]
        if piece in BIG:
            return "big", BIG[piece]
        text = COMMANDS.get(piece, piece.removeprefix("\\"))
        if text == "|":
            self.bars += 1
            return ("open" if self.bars % 2 else "close"), text
        return KINDS.get(text, "ordinary"), text

    def _delimiter(self, size: str) -> Item:
        """Read a bracket of a given size; a dot stands for none."""
        piece = self._next() if self._peek() else ""
        text = "" if piece == "." else COMMANDS.get(piece, piece.removeprefix("\\"))
        return SIZES[size], text

    def _applied(self, command: str) -> Item:
        """Read a command that takes arguments."""
        match TAKES[command]:
            case "words":
                return "text", self._words()
            case "function":
                return "function", self._words().replace("\\_", "_").replace("\\,", " ")
            case "blackboard":
                letters = self._argument()
                return "ordinary", "".join(BLACKBOARD.get(one, one) for one in letters)
            case "root":
                return "ordinary", f"√{_bracketed(self._argument())}"
            case "fraction":
                over, under = self._argument(), self._argument()
                whole = under if ATOM.fullmatch(under) else _enclosed(under)
                return "fraction", f"{_bracketed(over)}/{whole}"
            case _:
                return "ordinary", self._argument()

    def _environment(self) -> str:
        """Read a matrix or cases: cells with commas, rows with semicolons."""
        name = self._words()
        if name == "array":
            self._words()
        rows = self.rows("\\end")
        self._words()
        left, between, right = ENVIRONMENTS.get(name, ENVIRONMENTS["matrix"])
        return left + between.join(", ".join(filter(None, cells)) for cells in rows) + right


def _script(text: str, mark: str, table: dict[str, str]) -> str:
    """Raise or lower a text, or mark it when Unicode has no such characters."""
    if not text or all(character in table for character in text):
        return "".join(table[character] for character in text)
    primes = re.match("′*", text)
    head = primes[0] if primes else ""
    rest = text[len(head) :]
    if rest.startswith("[") and rest.endswith("]"):
        return head + rest
    plain = len(rest) == 1 or (rest.isascii() and rest.isalnum())
    return head + mark + (rest if plain else _enclosed(rest))


def _bracketed(text: str) -> str:
    """Put brackets around what would fall apart in a fraction."""
    return _enclosed(text) if BREAKS.search(text.removeprefix("−")) else text


def _enclosed(text: str) -> str:
    """Put brackets around a text, unless one pair of them encloses it."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character in OPENING) - (character in CLOSING)
        if depth == 0:
            whole = place == len(text) - 1 and BRACKETS.get(text[0]) == text[-1]
            return text if whole else f"({text})"
    return f"({text})"


def _joined(items: list[Item], compact: bool) -> str:
    """Put a row together, with the spaces that its pieces ask for."""
    line, before = "", ""
    for number, (kind, text) in enumerate(items):
        shown = f"({text})" if kind == "fraction" and _in_product(items, number) else text
        sign = kind == "binary" and before in _NO_SIGN_BEFORE
        if _spaced("ordinary" if sign else kind, before, line, shown, compact):
            line = f"{line.rstrip(' ')} "
        line += shown
        before = {"binary": "sign" if sign else "binary", "fraction": "ordinary"}.get(
            kind, kind
        )
    return line if compact or line.isspace() else line.strip(" ")


def _in_product(items: list[Item], number: int) -> bool:
    """Whether a fraction has a factor beside it, or a function before it."""
    thin = ("space", " ")
    left = [kind for kind, text in items[:number] if (kind, text) != thin]
    right = [kind for kind, text in items[number + 1 :] if (kind, text) != thin]
    return left[-1:] in _FACTOR_LEFT or right[:1] in _FACTOR_RIGHT


def _spaced(kind: str, before: str, line: str, text: str, compact: bool) -> bool:
    """Whether a space stands before a piece."""
    if not line or not text or line.endswith(" ") or text.startswith(" ") or before == "sign":
        return False
    if not compact and (kind in _LOOSE or before in (*_LOOSE, "comma")):
        return True
    if kind in _NAMES or before in _NAMES:
        return before == "big" or (line[-1] not in _TIGHT and text[0] not in OPENING)
    return line[-1] == "*" and kind == "ordinary"
