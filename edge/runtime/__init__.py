"""The TFLite interpreter behind one small class, with labels and metadata."""
