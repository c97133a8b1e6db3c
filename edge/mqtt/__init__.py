"""The MQTT contract: payloads, schemas and the publisher."""
