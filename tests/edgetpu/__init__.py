"""The whole appliance with an EdgeTPU that comes, goes and fails, on a stand-in for libedgetpu and a tree of ``/sys``."""
