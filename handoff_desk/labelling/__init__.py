"""Labels from work: what agents say of the emotion of messages, and which are worth asking for."""
