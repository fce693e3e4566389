"""What article 5(1)(f) prohibits is understood in every language, and what it does not is let through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.errors import SettingError
from mien.notice import EXCEPTIONS, Deployment, banned

WORK = [
    "Monitoring employees",
    "employee's mood",
    "Find the best candidate in job interviews",
    "hiring",
    "See who is bored at work",
    "work",
    "Stress in our call-centre",
    "EMPLOYEES in the warehouse",
    "co-workers",
    "Mitarbeiterüberwachung",
    "Stimmung am Arbeitsplatz messen",
    "Bewerber im Vorstellungsgespräch beurteilen",
    "arbeit",
    "Beschaeftigte, Belegschaft",
    "Surveiller les salariés",
    "L\u2019humeur des employés",
    "Entretiens d\u2019embauche",
    "recrutement",
    "Vigilar a los empleados",
    "El ánimo de los trabajadores",
    "Entrevistas de trabajo",
    "Selección de personal",
    "कर्मचारियों की निगरानी",
    "कार्यस्थल पर मूड",
    "नौकरी के लिए उम्मीदवार चुनना",
    "मजदूरों पर नज़र",
]
EDUCATION = [
    "Attention of students in class",
    "Exam proctoring",
    "school",
    "Which pupils are bored",
    "e-learning platform",
    "Schüler im Unterricht",
    "Schueler in der Grundschule",
    "Klausuraufsicht",
    "Studierende an der Hochschule",
    "Les élèves d\u2019une classe",
    "eleves",
    "Étudiants pendant un examen",
    "Lycée",
    "Los alumnos en clase",
    "Exámenes de estudiantes",
    "escuela",
    "छात्रों का ध्यान",
    "स्कूल में",
    "परीक्षा की निगरानी",
    "विद्यार्थियों की ऊब",
]
FREE = [
    "A networking art installation",
    "An artwork in a museum",
    "A work of art that answers visitors",
    "Show how the framework works",
    "Fireworks at a fair",
    "A workshop toy",
    "A photo booth for hire",
    "An old-school photo booth",
    "A medical examination of patients with facial palsy",
    "Measure pupil dilation",
    "A video of a school of fish",
    "A personal diary of moods",
    "A machine learning demo",
    "Ein persönliches Kunstprojekt",
    "Besucher werden unterrichtet",
    "Ein lernendes System für ein Museum",
    "Die Schulter im Bild",
    "Schuldgefühle im Film",
    "Netzwerk für Kunst",
    "Un projet personnel dans un musée",
    "Un niveau de bruit élevé",
    "Employer une caméra dans un musée",
    "Un examen médical",
    "Un proyecto personal de arte",
    "Las siete clases de expresión",
    "Un examen médico",
    "संग्रहालय में कला",
    "अस्पताल में भर्ती मरीज़",
    "एक परीक्षण",
    "कामना",
]


@pytest.mark.parametrize("purpose", WORK)
def test_work_is_understood(purpose):
    found = banned(purpose)
    assert found is not None
    assert found.field == "work"
    assert found.word.lower() in purpose.lower()


@pytest.mark.parametrize("purpose", EDUCATION)
def test_education_is_understood(purpose):
    found = banned(purpose)
    assert found is not None
    assert found.field == "education"


@pytest.mark.parametrize("purpose", FREE)
def test_what_only_looks_like_it_is_let_through(purpose):
    assert banned(purpose) is None


@given(st.text(max_size=80))
def test_any_text_is_answered(purpose):
    found = banned(purpose)
    assert found is None or found.word in " ".join(purpose.split())


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("en", "article 5(1)(f)|Article 5(1)(f)"),
        ("de", "Artikel 5 Absatz 1 Buchstabe f"),
        ("fr", "article 5, paragraphe 1, point f"),
        ("es", "artículo 5, apartado 1, letra f"),
        ("hi", "अनुच्छेद 5(1)(f)"),
    ],
)
def test_the_refusal_names_the_article_and_the_way_out_in_the_language(code, words):
    with pytest.raises(SettingError) as caught:
        Deployment("Watch employees", "We", "us", "nothing", language=code)
    text = str(caught.value)
    assert any(word in text for word in words.split("|"))
    assert "'employees'" in text
    assert all(f"--exception {name}" in text for name in EXCEPTIONS)


def test_an_exception_has_to_be_claimed_by_its_name():
    assert Deployment("Pain of employees", "We", "us", "nothing", exception="medical").exception == "medical"
    with pytest.raises(SettingError, match="Did you mean 'medical'"):
        Deployment("Pain of employees", "We", "us", "nothing", exception="medicin")


@pytest.mark.parametrize("text", ["", "  \n ", "a\0b", "x" * 501, "\ud800"])
def test_what_no_paper_can_hold_is_refused(text):
    with pytest.raises(SettingError, match="operator"):
        Deployment("An art installation", text, "us", "nothing")
