"""Cobot: one space over its two APIs."""
