"""Configuration items: what tickets are about."""
