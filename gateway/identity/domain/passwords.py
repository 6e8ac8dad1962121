"""What a password must be. Its length is the schema's matter. Pure."""


def password_errors(password: str, login: str, current: str | None = None) -> list[str]:
    """Field error codes; none for a good one.

    :param current: the one it replaces, if that is known.
    """
    errors = []
    if password.casefold() == login.casefold():
        errors.append("same_as_login")
    if password == current:
        errors.append("password_unchanged")
    return errors
