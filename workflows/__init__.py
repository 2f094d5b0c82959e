"""Durable processes: one loop for all of them, and the only code that starts and signals workflows."""
