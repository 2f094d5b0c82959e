"""Classes, relations and the history of configuration items."""
