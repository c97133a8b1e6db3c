"""How fast this machine is: a model alone, and the whole way from a frame to a result."""
