"""When a payer's name is a customer's (spec, payments.md, "Matching"). Pure."""

import unicodedata
from typing import Final

# NFKC has already made ｛［（，：．ＡＢ and their like half-width; these have no half-width twin of their own there.
_TWINS: Final = str.maketrans(
    {
        **dict.fromkeys("【〔〖「『〈《[{<", "("),
        **dict.fromkeys("】〕〗」』〉》]}>", ")"),
        **dict.fromkeys("。｡", "."),
        **dict.fromkeys("、､", ","),
        **dict.fromkeys("·・•‧∙⋅", "·"),
        **dict.fromkeys("“”„‟‘’‚‛`´", "'"),
        '"': "'",
        **dict.fromkeys("‐‑‒–—―−─－", "-"),
    }
)


def normalise_payer(name: str) -> str:
    """The form in which names are compared: NFKC, lower case, no white space or invisible characters, every bracket, stop, dot,
    quotation mark and dash in one form.

    Punctuation is made alike, never dropped: 上海云帆(北京) and 上海云帆北京 may be two companies, and money that goes to the
    wrong one is worse than money that waits. Empty for a name of nothing visible, which matches nobody.
    """
    folded = unicodedata.normalize("NFKC", name).casefold().translate(_TWINS)
    return "".join(letter for letter in folded if not letter.isspace() and unicodedata.category(letter) not in {"Cf", "Cc"})
