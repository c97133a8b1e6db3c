"""Action: what somebody is doing."""
