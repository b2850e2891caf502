"""Simulated worlds in which the number that no list holds is known."""
