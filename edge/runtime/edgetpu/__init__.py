"""Models on a Coral EdgeTPU, which a process of its own drives: its library can end or hang the one that it is in."""
