"""Faces: boxes, key points and meshes, followed from frame to frame. Nothing of a face is stored or recognised."""
