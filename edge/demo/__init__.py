"""The demo: the real daemon on the built-in scene, with a broker, a listener and a recorder of its own."""
