"""Faces: boxes, key points and meshes, followed from frame to frame. No face is recognised."""
