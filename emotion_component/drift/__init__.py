"""How a bot's messages, and what the model makes of them, change over time."""
