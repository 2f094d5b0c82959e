"""What a tool needs to be told so that it sends here, and what of its calls is worth keeping besides the body."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tool:
    """One kind of source. `setup` is what people copy into the tool's own configuration.

    In it `{hook}` stands for the whole address with the key, `{base}` for the desk's address, `{key}` for the key and
    `{name}` for the source's name.
    """

    label: str
    setup: str
    headers: tuple[str, ...] = ()
    """Headers without which the body cannot be understood; one that ends in a dash means all that begin with it."""
    signatures: tuple[str, ...] = ()
    """How this tool can sign its calls, of those that the desk can check."""
    secrets: tuple[str, ...] = ()
    """Names of fields that hold the tool's own secrets: they are blanked before a call is stored."""
    silent: bool = False
    """The tool never says that an alert is over."""

    def configuration(self, base: str, kind: str, name: str, key: str) -> str:
        """The text to copy, with everything filled in."""
        known = {"{hook}": f"{base}/hooks/{kind}/{key}", "{base}": base, "{key}": key, "{name}": name}
        text = self.setup.strip("\n")
        for place, value in known.items():
            text = text.replace(place, value)
        return text
