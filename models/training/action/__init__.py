"""The recipe of ``models/starter/starter-action.tflite``."""
