"""What workflows ask the outside world to do: read commands, journal facts, answer questions, tell people.

None of them is broken off in the middle by the engine's time limits (`no_thread_cancel_exception`): an exception thrown
into a thread between taking a lock or connection and noting so would keep it for ever. The database's own limits end
what takes too long, and what is tried again finds what the first try wrote.
"""
