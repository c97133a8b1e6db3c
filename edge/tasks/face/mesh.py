"""The points of a face mesh: which are key points, which make contours, which a model of attention refines.

The numbers are those of MediaPipe's canonical face model; left and right are the person's own.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

POINTS, REFINED_POINTS = 468, 478
"""Without and with the irises, five points each: the person's right one first, its middle before its rim."""

_RIGHT_EYE_LOWER, _RIGHT_EYE_UPPER = (33, 7, 163, 144, 145, 153, 154, 155, 133), (246, 161, 160, 159, 158, 157, 173)
_LEFT_EYE_LOWER, _LEFT_EYE_UPPER = (263, 249, 390, 373, 374, 380, 381, 382, 362), (466, 388, 387, 386, 385, 384, 398)
RIGHT_EYE, LEFT_EYE = (*_RIGHT_EYE_LOWER, *_RIGHT_EYE_UPPER), (*_LEFT_EYE_LOWER, *_LEFT_EYE_UPPER)
RIGHT_EYE_OUTER, LEFT_EYE_OUTER = 33, 263
RIGHT_IRIS, LEFT_IRIS = (468, 469, 470, 471, 472), (473, 474, 475, 476, 477)

KEY_POINTS = {
    "right_eye": RIGHT_EYE,
    "left_eye": LEFT_EYE,
    "nose_tip": (1,),
    "mouth_center": (13, 14),
    "right_ear_tragion": (234,),
    "left_ear_tragion": (454,),
}
"""The means of which points are the key points of BlazeFace, by their names in tfjs-models."""

_OUTER_LIPS = (
    *(61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291),
    *(409, 270, 269, 267, 0, 37, 39, 40, 185, 61),
)
_INNER_LIPS = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191, 78)
_OVAL = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109, 10),
)


def _ring(lower: tuple[int, ...], upper: tuple[int, ...]) -> tuple[int, ...]:
    """An eye all around: its lower contour from the outer corner inwards, and back along the upper one."""
    return (*lower, *reversed(upper), lower[0])


MIDDLE_CONTOURS = (_OVAL, _OUTER_LIPS, _INNER_LIPS)
RIGHT_CONTOURS = (_ring(_RIGHT_EYE_LOWER, _RIGHT_EYE_UPPER), (46, 53, 52, 65, 55), (70, 63, 105, 66, 107))
LEFT_CONTOURS = (_ring(_LEFT_EYE_LOWER, _LEFT_EYE_UPPER), (276, 283, 282, 295, 285), (300, 293, 334, 296, 336))
RIGHT_IRIS_RIM, LEFT_IRIS_RIM = ((*iris[1:], iris[1]) for iris in (RIGHT_IRIS, LEFT_IRIS))

REFINED_LIPS = np.array(
    [
        *(61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409),
        *(78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415),
        *(76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306, 184, 74, 73, 72, 11, 302, 303, 304, 408),
        *(62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292, 183, 42, 41, 38, 12, 268, 271, 272, 407),
    ]
)
REFINED_RIGHT_EYE = np.array(
    [
        *RIGHT_EYE,
        *(130, 25, 110, 24, 23, 22, 26, 112, 243, 247, 30, 29, 27, 28, 56, 190),
        *(226, 31, 228, 229, 230, 231, 232, 233, 244, 113, 225, 224, 223, 222, 221, 189),
        *(35, 124, 46, 53, 52, 65, 143, 111, 117, 118, 119, 120, 121, 128, 245),
        *(156, 70, 63, 105, 66, 107, 55, 193),
    ]
)
REFINED_LEFT_EYE = np.array(
    [
        *LEFT_EYE,
        *(359, 255, 339, 254, 253, 252, 256, 341, 463, 467, 260, 259, 257, 258, 286, 414),
        *(446, 261, 448, 449, 450, 451, 452, 453, 464, 342, 445, 444, 443, 442, 441, 413),
        *(265, 353, 276, 283, 282, 295, 372, 340, 346, 347, 348, 349, 350, 357, 465),
        *(383, 300, 293, 334, 296, 336, 285, 417),
    ]
)
"""Which point of the mesh each of a refined part replaces, in the order of a model of attention."""


def segments(contour: tuple[int, ...]) -> list[tuple[int, int]]:
    """The lines of a contour, by the points at their ends."""
    return list(pairwise(contour))
