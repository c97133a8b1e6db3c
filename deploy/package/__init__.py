"""The Debian package ``edge-vision``: a virtual environment on top of the packages of one Debian release."""
