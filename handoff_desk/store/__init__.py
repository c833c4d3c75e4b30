"""All SQL of the desk's own database. One file a subject; each function works in the transaction
of the connection it is given."""
