"""When two logins are one. Pure."""

import unicodedata


def normalise_login(login: str) -> str:
    """The form under which logins are unique: NFKC, lower case, no white space around it."""
    return unicodedata.normalize("NFKC", login).strip().casefold()
