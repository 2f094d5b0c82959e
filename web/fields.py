"""The kinds of fields that forms and the API take, read strictly: lines, prose, whole numbers, instants."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from longwatch.domain.ticket import stamp

LONGEST_TEXT = 50_000


def no_controls(text: str) -> None:
    """Raises ValidationError for characters that are none: a line of text holds no control characters."""
    if not text.isprintable():
        raise ValidationError("It holds control characters or line breaks.")


def sound(text: str) -> None:
    """Raises ValidationError for what no text holds: NUL and other controls, halves of characters."""
    for character in text:
        if (
            ("\ud800" <= character <= "\udfff")
            or (character < " " and character not in "\n\r\t")
            or character == "\x7f"
        ):
            raise ValidationError("It holds control characters.")


class Line(fields.String):
    """A line of text without control characters, blanks at its ends taken off."""

    def __init__(self, longest: int = 120, **options: Any) -> None:
        checks = [
            validate.Length(1, longest),
            no_controls,
            *([options.pop("validate")] if "validate" in options else []),
        ]
        super().__init__(validate=checks, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> Any:
        found = super()._deserialize(value, attr, data, **options)
        return found.strip() if isinstance(found, str) else found


class Prose(fields.String):
    """A text of several lines, blanks at its ends taken off."""

    def __init__(self, longest: int = LONGEST_TEXT, **options: Any) -> None:
        super().__init__(validate=[validate.Length(1, longest), sound], **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> Any:
        found = super()._deserialize(value, attr, data, **options)
        return found.strip().replace("\r\n", "\n") if isinstance(found, str) else found


class Whole(fields.Integer):
    """A whole number in a range. Forms send it as text; a fraction or a truth value is none."""

    def __init__(self, low: int, high: int, **options: Any) -> None:
        super().__init__(validate=validate.Range(low, high), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> Any:
        if isinstance(value, bool | float):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **options)


class Until(fields.AwareDateTime):
    """An instant in ISO 8601 with its offset; the rules get it as a stamp."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", default_timezone=UTC, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> Any:
        found = super()._deserialize(value, attr, data, **options)
        try:
            return stamp(found)
        except (OverflowError, ValueError) as error:
            raise self.make_error("invalid", input=value, obj_type="datetime") from error


class Strict(Schema):
    """No field that is not named here. `texts` are the fields that hold a person's words."""

    class Meta:
        """Mass assignment ends here."""

        unknown = RAISE

    texts: tuple[str, ...] = ()
