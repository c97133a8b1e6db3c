"""The attached monitor: a sink whose picture is drawn by a process of its own."""
