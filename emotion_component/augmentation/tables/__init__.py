"""What the noises write, and what they leave alone. Written for this project."""
