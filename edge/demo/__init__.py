"""The demo: the real daemon on the built-in scene, with a broker, a client and a video recorder of its own."""
