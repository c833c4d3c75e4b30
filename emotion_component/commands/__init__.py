"""One file a command of `emosi`: its options, and the one call that does the work."""
