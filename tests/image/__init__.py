"""Tests of the appliance's image, booted from a card in virtual machines. See scripts/image-test."""
