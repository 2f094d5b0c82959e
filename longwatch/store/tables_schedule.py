"""Planned work, freezes and maintenance, as calendars show them."""
