"""When a payer's name is a customer's (spec, payments.md, "Matching"). Pure."""

import unicodedata
from typing import Final

ACCOUNT_LENGTH_MIN: Final = 6
"""Of a bank account's letters and digits; what is shorter is a code of something, and would be many payers'."""

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


def normalise_account(account: str) -> str:
    """The form in which bank accounts are compared: NFKC, capitals, letters and digits alone, as everybody groups them at will.

    Empty for what is too short to be one. The database has the same rule for receipts (``receipts.payer_account_key``).
    """
    letters = "".join(
        letter for letter in unicodedata.normalize("NFKC", account) if letter.isascii() and letter.isalnum()
    ).upper()
    return letters if len(letters) >= ACCOUNT_LENGTH_MIN else ""
