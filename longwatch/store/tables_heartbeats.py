"""Signals that must not fall silent, and what the tools are asked."""
