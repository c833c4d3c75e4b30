"""Find the messages whose labels are worth a person's time. Needs the extra [train]."""
