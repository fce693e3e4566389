"""How published data sets name their files: who is to be seen or heard, what is shown, and what else a name says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mien.collect._expressions import ANGRY, BOREDOM, CALM, DISGUST, FEAR, HAPPY, NEUTRAL, SAD, SURPRISE
from mien.kinds import SOUND


@dataclass(frozen=True)
class Scheme:
    """How one data set names its files: pictures, videos or sounds alike, for the ending does not count."""

    name: str  # the data set
    # Of a path's end, without the file's ending; the groups ``label`` and ``person`` are those of a manifest, others
    # ride along
    pattern: str
    # Group to what its codes mean; a group that is not here keeps what stands in the name
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    # Column to what is published of each person
    of_person: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    always: Mapping[str, str] = field(default_factory=dict)  # column to what holds for the whole data set
    folders: str = ""  # the class folders that it is published in: no words of whoever brings it
    kind: str = ""  # of `mien.kinds`, where only such samples are meant; else any
    fewest: int = 2  # persons below which such names may be chance
    upper: bool = False  # whether codes come in any case

    @property
    def whole(self) -> str:
        """The pattern from where a folder or a file begins, to the end."""
        flags = "(?i)" if self.upper else ""
        return rf"{flags}(?:^|/)\s*{self.pattern}\s*$"


_TWO_LETTERS = {"AN": ANGRY, "DI": DISGUST, "HA": HAPPY, "NE": NEUTRAL, "SA": SAD}
_RAVDESS = (NEUTRAL, CALM, HAPPY, SAD, ANGRY, FEAR, DISGUST, SURPRISE)
_EMO_DB = {"W": ANGRY, "L": BOREDOM, "E": DISGUST, "A": FEAR, "F": HAPPY, "T": SAD, "N": NEUTRAL}
_EMOVO = {"rab": ANGRY, "dis": DISGUST, "pau": FEAR, "gio": HAPPY, "neu": NEUTRAL, "tri": SAD, "sor": SURPRISE}
_SAVEE = {"a": ANGRY, "d": DISGUST, "f": FEAR, "h": HAPPY, "n": NEUTRAL, "sa": SAD, "su": SURPRISE}
_ENGLISH = {"language": "English"}
_SEX = {letter: word for word in ("female", "male") for letter in (word[0], word[0].upper(), word)}


def _of(**persons: str) -> dict[str, str]:
    """Turn what holds for several persons, as ``female="08 09"``, to one entry each."""
    return {person: value for value, several in persons.items() for person in several.split()}


SCHEMES = (
    # Livingstone & Russo, 2018: 03-01-05-01-02-01-12.wav, also with what a cut-out frame or a copy adds to it. Actors
    # with odd numbers are men.
    Scheme(
        "RAVDESS",
        r"(?:[A-Za-z]+_?\d+_)?(?P<modality>0[1-3])-(?P<channel>0[12])-(?P<label>0[1-8])-(?P<intensity>0[12])"
        r"-(?P<statement>0[12])-(?P<repetition>0[12])-(?P<person>\d\d)(?:[^\d/][^/]*)?",
        {
            "label": {f"0{number}": word for number, word in enumerate(_RAVDESS, start=1)},
            "modality": {"01": "picture and sound", "02": "picture", "03": "sound"},
            "channel": {"01": "speech", "02": "song"},
            "intensity": {"01": "normal", "02": "strong"},
        },
        of_person={"sex": {f"{actor:02}": "male" if actor % 2 else "female" for actor in range(1, 25)}},
        always=_ENGLISH,
        fewest=1,  # seven codes in a row are no chance
    ),
    # Lundqvist, Flykt & Öhman, 1998: AF01ANS.JPG is session A, woman 01, angry, straight. One person, two sessions.
    Scheme(
        "KDEF",
        r"(?P<session>[AB])(?P<person>(?P<sex>[FM])\d\d)(?P<label>AF|AN|DI|HA|NE|SA|SU)(?P<angle>FL|HL|S|HR|FR)",
        {
            "label": {**_TWO_LETTERS, "AF": FEAR, "SU": SURPRISE},
            "angle": {"FL": "full left", "HL": "half left", "S": "straight", "HR": "half right", "FR": "full right"},
            "sex": _SEX,
        },
        upper=True,
    ),
    # Lyons, Akamatsu, Kamachi & Gyoba, 1998: KA.AN1.39.tiff
    Scheme(
        "JAFFE",
        r"(?P<person>[A-Z]{2})\.(?P<label>AN|DI|FE|HA|NE|SA|SU)\d\.\d+",
        {"label": {**_TWO_LETTERS, "FE": FEAR, "SU": SURPRISE}},
    ),
    # Cao et al., 2014: 1001_DFA_ANG_XX.flv
    Scheme(
        "CREMA-D",
        r"(?P<person>\d{4})_(?P<statement>[A-Z]{3})_(?P<label>ANG|DIS|FEA|HAP|NEU|SAD)_(?P<intensity>LO|MD|HI|XX?)",
        {
            "label": {"ANG": ANGRY, "DIS": DISGUST, "FEA": FEAR, "HAP": HAPPY, "NEU": NEUTRAL, "SAD": SAD},
            "intensity": {"LO": "low", "MD": "medium", "HI": "high", "XX": "unspecified", "X": "unspecified"},
        },
        always=_ENGLISH,
        fewest=1,
    ),
    # Lucey et al., 2010: S010_004_00000017.png; what is shown stands in another file, or is the folder's name.
    Scheme("CK+", r"(?P<person>S\d{3})_(?P<sequence>\d{3})_\d{8}"),
    # Burkhardt et al., 2005: 03a01Fa.wav is speaker 03, text a01, happy (German initials), version a.
    Scheme(
        "EMO-DB",
        r"(?P<person>03|08|09|1[0-6])(?P<statement>[ab]\d\d)(?P<label>[WLEAFTN])(?P<version>[a-z]?)",
        {"label": _EMO_DB},
        of_person={"sex": _of(male="03 10 11 12 15", female="08 09 13 14 16")},
        always={"language": "German"},
    ),
    # Pichora-Fuller & Dupuis, 2020: OAF_back_angry.wav; the older and the younger talker. One file lacks its F.
    Scheme(
        "TESS",
        r"(?P<person>OAF?|YAF)_(?P<statement>[A-Za-z]+)_(?P<label>angry|disgust|fear|happy|neutral|ps|sad)",
        {
            "person": {"OA": "OAF", "OAF": "OAF", "YAF": "YAF"},
            "label": {word: word for word in (ANGRY, DISGUST, FEAR, HAPPY, NEUTRAL, SAD)} | {"ps": SURPRISE},
        },
        always={**_ENGLISH, "sex": "female"},
        folders=r"(?i)(?:OAF|YAF)_(?:angry|disgust|fear|happy|neutral|sad|ps|pleasant_surprised?)",
    ),
    # Haq & Jackson, 2009: DC/a01.wav, or DC_a01.wav. The numbers count sentences within an emotion.
    Scheme(
        "SAVEE",
        r"(?P<person>DC|JE|JK|KL)[_/](?P<label>sa|su|[adfhn])\d\d",
        {"label": _SAVEE},
        always={**_ENGLISH, "sex": "male"},
    ),
    # Zhou, Sisman, Liu & Li, 2021: 0001/Angry/0001_000351.wav, in an earlier form 0001/Angry/train/0001_000351.wav.
    Scheme(
        "ESD",
        r"(?P<label>[Aa]ngry|[Hh]appy|[Nn]eutral|[Ss]ad|[Ss]urprise)/(?:[^/]+/)?"
        r"(?P<person>00(?:0[1-9]|1\d|20))_00[01]\d{3}",
        {"label": {form: word for word in (ANGRY, HAPPY, NEUTRAL, SAD, SURPRISE) for form in (word, word.title())}},
        of_person={
            "sex": _of(
                female="0001 0002 0003 0007 0009 0015 0016 0017 0018 0019",
                male="0004 0005 0006 0008 0010 0011 0012 0013 0014 0020",
            ),
            "language": {f"{number:04}": "Mandarin" if number <= 10 else "English" for number in range(1, 21)},
        },
        folders="Angry|Happy|Neutral|Sad|Surprise",
        kind=SOUND,  # frames of videos are numbered so too
    ),
    # James, Tian & Watson, 2018: female1_angry_10a_1.wav is sentence 10, recorded in session a, 1.
    Scheme(
        "JL",
        r"(?P<person>(?P<sex>female|male)[12])_(?P<label>angry|sad|neutral|happy|excited|anxious|apologetic|assertive"
        r"|concerned|encouraging)_(?P<statement>\d{1,2})[ab]_[12]",
        {"sex": _SEX},
        always=_ENGLISH,
    ),
    # Costantini, Iaderola, Paoloni & Todisco, 2014: dis-f1-b1.wav
    Scheme(
        "EMOVO",
        r"(?P<label>rab|dis|tri|pau|gio|sor|neu)-(?P<person>(?P<sex>[fm])[123])-(?P<statement>[blnd]\d)",
        {"label": _EMOVO, "sex": _SEX},
        always={"language": "Italian"},
    ),
    # Latif, Qayyum, Usman & Qadir, 2018: SM1_F1_A01.wav is speaker 1, a man, file 1, anger.
    Scheme(
        "URDU",
        r"(?P<person>S(?P<sex>[MF])\d{1,2})_F\d{1,3}_(?P<label>[AHNS])\d{1,3}",
        {"label": {"A": ANGRY, "H": HAPPY, "N": NEUTRAL, "S": SAD}, "sex": _SEX},
        always={"language": "Urdu"},
        folders="Angry|Happy|Neutral|Sad",
    ),
    # Christop, 2024: EB0_anger_1.wav is speaker EB0, sentence 1.
    Scheme(
        "nEMO",
        r"(?P<person>[A-Z]{2}\d)_(?P<label>anger|fear|happiness|neutral|sadness|surprised)_(?P<statement>\d{1,3})",
        {
            "label": {
                "anger": ANGRY,
                "fear": FEAR,
                "happiness": HAPPY,
                "neutral": NEUTRAL,
                "sadness": SAD,
                "surprised": SURPRISE,
            }
        },
        always={"language": "Polish"},
        kind=SOUND,
    ),
)
