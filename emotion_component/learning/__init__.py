"""From what people said of messages to the next model: labels, checks, proposals, promotion."""
