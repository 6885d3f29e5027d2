"""Edits: how one layout becomes another."""
