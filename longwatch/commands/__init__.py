"""What `longwatch COMMAND` does, one file per subject."""
