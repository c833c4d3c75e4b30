"""Capacity on paper: what a message costs here, and what that means at millions a day."""
