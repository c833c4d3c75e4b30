"""Databases that others own, read row by row: Rasa's tracker store, and the tables of the desk."""
