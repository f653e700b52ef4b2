"""Files for a person to take away that only a secret of theirs opens (CACHE-7), in the format of age."""


def locked(content: str | bytes, secret: str) -> bytes:
    """Return the content as a file that any age tool opens with `secret`; neither is kept."""
    import pyrage

    data = content.encode() if isinstance(content, str) else content
    return bytes(pyrage.passphrase.encrypt(data, secret))
