"""Oversight: findings, search and figures over everything that was done."""
