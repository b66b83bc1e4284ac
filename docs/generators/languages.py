"""The languages of the generated pages that Turkish readers have too.

English sentences stand in the modules that write the pages, and in the objects that these
describe. The Turkish ones stand in `text/tr.po`, each under the English sentence itself, so one
that was changed has none any more. `generate.py` keeps the catalogue: it puts in the sentences
that pages ask for, marks as `fuzzy` what it took from a similar sentence, and takes out what no
page asks for. Until a sentence is translated its page shows it in English, and
`generate.py --check` fails.
"""

import io
from pathlib import Path

from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po
from markdown.extensions.toc import slugify

CATALOGUE = Path(__file__).parent / "text" / "tr.po"
HEAD = """\
# Turkish for generated pages. When English was changed, run `python docs/generate.py`, fill
# in the empty entries here, mend those marked `fuzzy` and take the mark away, run it again.
msgid ""
msgstr ""
"Language: tr\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


class Language:
    """A language, called with English text to say it.

    It keeps what it was asked for, which is what its catalogue has to have.
    """

    def __init__(self, code: str, catalogue: Catalog | None = None) -> None:
        self.code = code
        self.catalogue = catalogue
        self.asked: dict[str, None] = {}

    def __call__(self, text: str) -> str:
        """Say a text, paragraph by paragraph; blocks of code stay as they are."""
        if self.catalogue is None:
            return text
        return "\n\n".join(
            part
            if part.startswith("```")
            else self._said(" ".join(part.split()), self.catalogue)
            for part in text.split("\n\n")
        )

    def _said(self, sentence: str, catalogue: Catalog) -> str:
        """Look a sentence up; one without a translation stays English."""
        self.asked[sentence] = None
        found = catalogue.get(sentence)
        return str(found.string) if found and found.string and not found.fuzzy else sentence

    def title(self, text: str) -> str:
        """Say a heading, with the English one's anchor."""
        anchor = "" if self.catalogue is None else f" {{#{slugify(text, '-')}}}"
        return f"{self(text)}{anchor}"

    def capital(self, text: str) -> str:
        """Say a text that begins with a capital letter, as its language writes it."""
        said = self(text)
        first = "İ" if self.code == "tr" and said.startswith("i") else said[0].upper()
        return f"{first}{said[1:]}"

    def english(self, folder: str) -> str:
        """Lead to a folder, given from an English page, that no other language has."""
        up = "../" * folder.count("../")
        inside = folder.removeprefix(up)
        return folder if self.catalogue is None else f"{up}../en/{inside}"

    def merged(self) -> Catalog:
        """Return the catalogue with what was asked for, and nothing else."""
        asked = Catalog(locale=self.code)
        for sentence in self.asked:
            asked.add(sentence)
        merged = read_po(io.StringIO(written(self.catalogue or Catalog())), locale=self.code)
        merged.update(asked)
        return merged


def written(catalogue: Catalog) -> str:
    """Write a catalogue as `text/tr.po` has it."""
    text = io.BytesIO()
    write_po(
        text, catalogue, width=92, omit_header=True, ignore_obsolete=True, sort_output=True
    )
    return HEAD + text.getvalue().decode()


def untranslated(catalogue: Catalog) -> list[str]:
    """List the sentences that have no translation, or one that nobody has looked through."""
    return [str(one.id) for one in catalogue if one.id and (not one.string or one.fuzzy)]


ENGLISH = Language("en")
TURKISH = Language("tr", read_po(io.StringIO(CATALOGUE.read_text("utf-8")), locale="tr"))
LANGUAGES = (ENGLISH, TURKISH)
