"""The model store: a folder of models that were checked against the catalogue before they appeared in it."""
