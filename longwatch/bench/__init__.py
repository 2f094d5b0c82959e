"""`longwatch bench`: how quick the desk is, beside the bare limits of its own engine taken in the same run."""
