"""A camera that speaks RTSP, run by the system's Python: GStreamer's server with a test picture behind it.

Usage: rtsp_server.py PORT [USER PASSWORD basic|digest] [--udp]. Prints the port it listens at; 0: any that is free.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

gi: Any = importlib.import_module("gi")
for name in ("Gst", "GstRtsp", "GstRtspServer"):
    gi.require_version(name, "1.0")
GLib, Gst, GstRtsp, GstRtspServer = (
    importlib.import_module(f"gi.repository.{name}") for name in ("GLib", "Gst", "GstRtsp", "GstRtspServer")
)

LAUNCH = (
    "( videotestsrc is-live=true pattern=smpte ! video/x-raw,width=320,height=240,framerate=25/1 "
    "! x264enc tune=zerolatency key-int-max=25 speed-preset=ultrafast ! rtph264pay name=pay0 pt=96 )"
)


def protect(server: Any, factory: Any, user: str, password: str, method: str) -> None:
    """Let in one user only."""
    auth, token = GstRtspServer.RTSPAuth(), GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "user")
    if method == "digest":
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(user, password, token)
    else:
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_role("user")
    for permission in ("access", "construct"):
        permissions.add_permission_for_role("user", f"media.factory.{permission}", True)
    factory.set_permissions(permissions)


def main(port: str, *words: str) -> None:
    """Serve /live for ever."""
    Gst.init(None)
    server, factory = GstRtspServer.RTSPServer(), GstRtspServer.RTSPMediaFactory()
    server.set_address("127.0.0.1")
    server.set_service(port)
    factory.set_launch(LAUNCH)
    factory.set_shared(True)
    if "--udp" in words:
        factory.set_protocols(GstRtsp.RTSPLowerTrans.UDP)
    elif words:
        protect(server, factory, *words)
    server.get_mount_points().add_factory("/live", factory)
    server.attach(None)
    sys.stdout.write(f"{server.get_bound_port()}\n")
    sys.stdout.flush()
    GLib.MainLoop().run()


main(*sys.argv[1:])
