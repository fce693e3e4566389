"""The corruptions of pictures: the fifteen of ImageNet-C (Hendrycks & Dietterich 2019), and what befalls faces."""

from __future__ import annotations

from mien.kinds._corruption import Corruption
from mien.kinds.picture._corruptions import _blur, _camera, _covers, _digital, _noise, _weather
from mien.kinds.picture._corruptions._canvas import Change, square


def _made(name: str, group: str, about: str, change: Change, *, further: bool = False) -> Corruption:
    return Corruption(name, group, about, square(change), further)


_FIFTEEN = (
    ("gaussian_noise", "noise", "Every pixel is off by chance, as in poor light.", _noise.gaussian),
    ("shot_noise", "noise", "So little light that its grains are seen.", _noise.shot),
    ("impulse_noise", "noise", "Single pixels are black or white, as from a faulty sensor.", _noise.impulse),
    ("defocus_blur", "blur", "Out of focus.", _blur.defocus),
    ("glass_blur", "blur", "Seen through frosted glass.", _blur.glass),
    ("motion_blur", "blur", "The camera or the face moved.", _blur.motion),
    ("zoom_blur", "blur", "The camera moved towards the face.", _blur.zoom),
    ("snow", "weather", "Snow falls in front of it.", _weather.snow),
    ("frost", "weather", "Ice covers the glass before it.", _weather.frost),
    ("fog", "weather", "Fog lies before it.", _weather.fog),
    ("brightness", "digital", "Too bright.", _digital.brightness),
    ("contrast", "digital", "Too little contrast.", _digital.contrast),
    ("elastic_transform", "digital", "Stretched here and squeezed there.", _digital.elastic),
    ("pixelate", "digital", "Shown in large pixels.", _digital.pixelate),
    ("jpeg_compression", "digital", "Saved as JPEG of a low quality.", _digital.jpeg),
)
_FURTHER = (
    ("mask", "covered", "A mask covers the mouth, at most the lower half of the face.", _covers.mask),
    ("sunglasses", "covered", "Sunglasses cover the eyes.", _covers.sunglasses),
    ("hand", "covered", "Fingers cover a cheek and the mouth.", _covers.hand),
    ("low_light", "light", "Taken in the dark, with the noise that goes with it.", _camera.low_light),
    ("colour_cast", "light", "Tinted by a wrong white balance or coloured light.", _camera.colour_cast),
    ("resampling", "frame", "Taken from far away, and enlarged.", _camera.resampling),
    ("turn", "frame", "The head, or the camera, is tilted.", _camera.turn),
    ("frame_shift", "frame", "Cut out beside where the face is.", _camera.frame_shift),
)

CORRUPTIONS = tuple(_made(*row) for row in _FIFTEEN) + tuple(_made(*row, further=True) for row in _FURTHER)
