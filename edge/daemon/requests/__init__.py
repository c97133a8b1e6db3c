"""Fulfilling requests that came over MQTT."""
