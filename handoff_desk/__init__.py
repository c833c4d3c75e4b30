"""The agents' desk: tails Rasa's tracker store, opens tickets, carries answers back to the chat."""
