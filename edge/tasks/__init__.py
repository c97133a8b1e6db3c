"""What is asked of a model: preprocess and decode for each task, nothing else."""
