"""The page words an answer as everything else does: its rule is Python's (mien/core/answer.py), on the same table."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from mien import html
from mien.core.answer import FaceAnswer, adjective, summary, verdict
from mien.core.prediction_sets import UNPROMISED, SetRule

SEVEN = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
ODD = ("Happy", "Joy", "SADNESS", " fear ", "contempt", "constructor", "10", "9", "No mask", "müde", "平静", "a/b")
EDGES = [
    (0.9, 0.1),
    (0.8999999, 0.1000001),
    (0.5, 0.25, 0.25),
    (0.5, 0.2499999, 0.2500001),
    (0.5000001, 0.25, 0.2499999),
    (0.4999999, 0.2000001, 0.3),
    (0.5, 0.4, 0.1),
    (0.45, 0.45, 0.1),
    (0.6, 0.3, 0.1),
    (0.61, 0.3, 0.09),
    (0.85, 0.05, 0.05, 0.05),
    (0.86, 0.09, 0.05),
    (0.25, 0.25, 0.25, 0.25),
    (1.0, 0.0),
    (0.0, 1.0),
    (1 / 3, 1 / 3, 1 / 3),
    (0.995, 0.005),
    (0.9949, 0.0051),
    (0.9999, 0.0001),
]
DOUBTS = [[], [], ["dark"], ["faint", "small"], ["covered"]]
SAY = """async (table) => {
  const { headline, summary } = await import("/view/words.js");
  const { said } = await import("/engine/answer.js");
  const { say } = await import("/strings.js");
  return table.map(([labels, rows, sets, doubts]) => {
    const faces = rows.map((row) => said(labels, row, sets, doubts));
    return [faces.map((face) => [face.label, face.prediction_set, face.sure, face.confidence, headline(face)]),
      summary({ faces, ...faces[0] }), labels.map(say.looks), rows[0].map(say.percent)];
  });
}"""


def vectors() -> list[tuple[tuple[str, ...], np.ndarray, SetRule]]:
    """Classes, rows of probabilities as a model's file gives them, float32 [faces, classes], and the model's rule."""
    random = np.random.default_rng(0)
    found = [(SEVEN[: len(row)], np.array([row], np.float32), UNPROMISED) for row in EDGES]
    found += [(SEVEN[: len(row)], np.array([row, row[::-1], row], np.float32), UNPROMISED) for row in EDGES]
    for _ in range(400):
        labels = ODD if random.random() < 0.1 else SEVEN[: random.integers(2, 8)]
        sharp = random.choice([0.05, 0.3, 1, 5])
        rows = random.dirichlet([sharp] * len(labels), random.integers(1, 8)).astype(np.float32)
        cuts = dict(
            zip(labels, random.choice([2.0, 0.3, 0.1, 0.02, float(rows[0, -1])], len(labels)).tolist(), strict=True)
        )
        level = float(random.choice([0.5, 0.8, 0.9, 0.99]))
        found.append((labels, rows, SetRule(level, cuts if random.random() < 0.7 else None)))
    return found


def test_the_page_says_of_every_answer_what_python_says(desk):
    table = vectors()
    assert sum(len(rows) for _, rows, _ in table) > 1000
    said = desk.evaluate(
        SAY,
        [
            [labels, rows.tolist(), dataclasses.asdict(rule), DOUBTS[at % len(DOUBTS)]]
            for at, (labels, rows, rule) in enumerate(table)
        ],
    )
    kinds = set()
    for at, ((labels, rows, rule), (faces, line, looks, shares)) in enumerate(zip(table, said, strict=True)):
        pairs = [dict(zip(labels, row, strict=True)) for row in rows.tolist()]
        verdicts = [verdict(one, rule, doubts=DOUBTS[at % len(DOUBTS)]) for one in pairs]
        kinds |= {one.kind for one in verdicts}
        wanted = [
            [labels[row.argmax()], [*one.prediction_set], one.sure, rule.confidence, one.sentence]
            for one, row in zip(verdicts, rows, strict=True)
        ]
        assert faces == wanted, rows
        assert line == summary(verdicts), rows
        assert looks == [adjective(label) for label in labels]
        assert shares == [html.percent(share) for share in rows[0].tolist()]
    assert kinds == {"looks", "probably", "between", "not sure"}


def test_the_server_s_fields_are_those_of_the_device(desk, give):
    """What the page reads of an answer is there under the same names, whoever answers."""
    ours = FaceAnswer((0, 0, 9, 9), "happy", {"happy": 0.95, "sad": 0.05}).to_json()
    theirs = desk.evaluate("""async () => (await import("/engine/answer.js")).said(["happy", "sad"], [0.95, 0.05])""")
    assert theirs == {name: ours[name] for name in theirs}


@pytest.mark.parametrize(
    ("model", "options", "said"),
    [
        ({"inputs": "whole"}, {}, "This model judges whole pictures; it did not look for faces."),
        ({"inputs": "whole"}, {"inputs": "whole"}, "The whole picture was judged as one face."),
        ({"inputs": "faces"}, {"inputs": "whole"}, "The whole picture was judged as one face."),
        ({"inputs": "faces"}, {}, ""),
        ({"inputs": "whole"}, {"square": [0, 0, 9]}, ""),
        ({"inputs": "both"}, {}, "No face was found: answered from the whole picture."),
        ({"inputs": "both"}, {"square": [0, 0, 9]}, ""),
    ],
)
def test_a_model_that_takes_pictures_whole_says_so(desk, model, options, said):
    words = desk.evaluate(
        """async ([model, options]) => (await import("/view/words.js")).remark(model, options, { faces: [] })""",
        [model, options],
    )
    assert words == said
