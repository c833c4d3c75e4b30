"""Whether a tracker store, and the desk beside it, tell a story in which nobody is lost, answered
twice, forgotten, or talked over."""
