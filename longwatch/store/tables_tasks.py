"""Tasks of tickets, as lists show them."""
