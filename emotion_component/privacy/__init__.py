"""What is kept of customers: taken away by age or by customer, made anonymous, and handed out."""
