"""Sizes of screens and whatever an appliance may be like, for hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from edge.monitor.status import Login, Status, TaskStatus, Trouble

screen_sizes = st.one_of(
    st.sampled_from([(320, 240), (640, 480), (800, 480), (1280, 720), (1920, 1080), (720, 1280), (3840, 2160)]),
    st.tuples(st.integers(320, 2000), st.integers(240, 1200)),
)
names = st.text(st.sampled_from("abcdefgWM-_0123456789"), min_size=1, max_size=64)
words = st.text(st.sampled_from("abcdef gWM.,/\n0123456789äß"), max_size=300)

task_statuses = st.builds(
    TaskStatus,
    st.sampled_from(["pose", "classification", "action", "hands", "face"]),
    st.floats(0, 120),
    st.none() | st.floats(0.1, 20_000),
    st.sampled_from(["cpu", "edgetpu"]),
    is_starter=st.booleans(),
    fallback_for=st.just("") | names,
    is_paused=st.booleans(),
    is_failing=st.booleans(),
)
statuses = st.builds(
    Status,
    names,
    st.sampled_from([(), ("10.0.0.7",), ("192.168.178.123", "10.0.0.7"), ("2001:0db8:85a3:08d3:1319:8a2e:0370:7344",)]),
    st.sampled_from(["starting", "running", "retrying", "ended"]),
    st.floats(0, 120),
    st.lists(task_statuses, max_size=5, unique_by=lambda task: task.task).map(tuple),
    st.sampled_from(["connected", "away", "off"]),
    st.none() | st.floats(-20, 110),
    st.booleans(),
    st.lists(st.builds(Trouble, words.filter(str.strip), words, st.booleans()), max_size=5).map(tuple),
    st.none() | st.builds(Login, names, names),
)
