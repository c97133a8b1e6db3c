"""Watching appliances from afar: all that is known of them comes over MQTT."""
