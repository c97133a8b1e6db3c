"""How anything is drawn: text, plates, colours; stills and videos written."""
