"""Looking an appliance over: everything it needs, each with a verdict, a reason and a remedy.

Nothing here is imported before it is needed, so that a package that is broken costs the checks that use it and no more.
"""
