"""Customers who are made up, and how a running bot treats them."""
