"""Tables of labelled messages: what is in them, what is in them twice, where they come from."""
