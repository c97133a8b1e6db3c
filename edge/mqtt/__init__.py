"""MQTT as transport: the outbox, the connection, the publisher, and what Home Assistant is told."""
