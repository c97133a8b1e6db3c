"""What the recipes share: the command, a run on disk, conversion to TFLite, labels and metadata inside the model."""
