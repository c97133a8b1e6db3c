"""One file that says how an appliance is, to be sent to whoever helps.

Each section stands alone and is imported only when it is written, so that what is broken costs that section and no
more.
"""
