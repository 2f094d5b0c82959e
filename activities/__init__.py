"""What workflows ask the outside world to do: read commands, journal facts, answer questions, tell people."""
