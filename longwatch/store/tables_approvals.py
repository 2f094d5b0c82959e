"""Who has a voice in which approval."""
