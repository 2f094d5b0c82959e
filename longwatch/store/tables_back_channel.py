"""What is sent back to the tools."""
