"""Between the desk and Rasa: events become tickets, and what is said here reaches trackers."""
