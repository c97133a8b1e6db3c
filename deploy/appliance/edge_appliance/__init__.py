"""What makes an appliance of a machine that has Edge: first boot, the broker's login, updates.

It stands on Debian's Python alone and imports nothing of Edge: it must work where Edge does not.
"""
