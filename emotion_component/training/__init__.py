"""Make models: adaptation, fine-tuning, teachers, search, export. Needs the extra [train]."""
