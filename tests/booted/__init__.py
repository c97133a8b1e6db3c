"""Tests in booted containers: a Debian with real systemd and the installed package. See scripts/test-booted."""
