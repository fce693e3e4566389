"""`sample:voices`: clips that Mien synthesises itself, with the truth about each.

A clip is a set of numbers (`VoiceParameters`): who speaks (`_speaker`), how the sentence is said (`_emotions`), and how
it is recorded (`_scene`). `synthesise` turns them into sound by the source-filter model: `_segments`, `_tracks` and
`_melody` lay the sentence out in time, `_source` makes the glottis's pulses, `_speak` sends them and noise through the
tract of `_vowels` and `_consonants`, `_recording` adds room, noise and microphone. `write_voices` makes the folder,
`_dirty` plants defects in it.
"""

from mien.samples.voices._emotions import CUES, EMOTIONS, LABELS
from mien.samples.voices._noise import NOISES
from mien.samples.voices._parameters import VoiceParameters
from mien.samples.voices._sample import write_voices
from mien.samples.voices._scene import sample_parameters, synthesise
from mien.samples.voices._sentences import SENTENCES

__all__ = [
    "CUES",
    "EMOTIONS",
    "LABELS",
    "NOISES",
    "SENTENCES",
    "VoiceParameters",
    "sample_parameters",
    "synthesise",
    "write_voices",
]
