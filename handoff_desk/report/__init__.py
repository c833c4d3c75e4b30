"""What a lead asks of a period: figures of Rasa's events and the desk's tickets."""
