"""Measurements that take time or depend on the machine, kept out of the tests."""
