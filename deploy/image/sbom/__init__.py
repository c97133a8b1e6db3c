"""What an image is made of, as a bill of materials in the form of CycloneDX 1.6.

It is read from the image's root folder alone, with Python's standard library, and the same folder gives the same bytes.
"""
