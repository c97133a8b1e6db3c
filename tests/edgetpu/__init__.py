"""The whole appliance with an EdgeTPU that comes, goes and fails: a stand-in for libedgetpu, a tree of ``/sys``."""
