"""What monitoring intake needs besides its inbox."""
