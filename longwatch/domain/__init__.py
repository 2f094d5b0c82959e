"""Pure rules: the standard library alone, no clock, no input or output, no randomness."""
