"""The threshold studio: what other thresholds would have done to conversations that were had, and
how many agents that takes."""
