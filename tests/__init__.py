"""Tests; each folder mirrors the folder of sources it is named after."""
