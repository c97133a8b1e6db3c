"""Tests of the package edge-appliance, deploy/appliance."""
