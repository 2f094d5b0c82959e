"""What correlation keeps besides its rules."""
