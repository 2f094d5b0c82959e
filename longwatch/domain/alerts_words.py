"""Words of tools and people within a group: short, since a group's state must stay small."""


def cut(text: object, most: int) -> str:
    """The beginning of a text, at most so many bytes of UTF-8, never a broken character."""
    return str(text).encode(errors="replace")[:most].decode(errors="ignore")
