"""A library in the place of libedgetpu, told by files what to do, so that EdgeTPU-compiled models run without one.

``libedgetpu.c`` says what it gives instead of results, ``control.c`` what it can be told. It shows nothing of the real
one's speed, nor of its results.
"""
