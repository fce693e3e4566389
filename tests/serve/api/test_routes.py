"""What is asked and what is answered."""

from __future__ import annotations

import json

import numpy as np
import pytest

from mien import Predictor, faces, media
from mien.core.answer import summary, verdict
from mien.predict import in_the_box
from mien.serve.api._schema import PredictOut

BOX = in_the_box()


def problem(response):
    """The error, once its shape is right."""
    assert response.headers["content-type"] == "application/problem+json"
    found = response.json()
    assert found["status"] == response.status_code
    assert found["type"] == "about:blank"
    assert found["title"]
    assert found["detail"][-1] in ".?"
    return found


def form(*samples):
    return [("sample", (name, data, "image/png")) for name, data in samples]


def test_a_raw_sample_is_answered_as_the_predictor_answers(client, face_file):
    response = client.post("/v1/predict", content=face_file)
    assert response.status_code == 200
    found = response.json()
    (answer,) = found["answers"]
    wanted = Predictor().predict(face_file)
    assert (found["model"], found["kind"], answer["name"]) == ("face", "picture", "-")
    assert answer["label"] == wanted.label
    assert list(answer["probabilities"].values()) == pytest.approx([*wanted.probabilities.values()], abs=1e-5)
    assert [tuple(face["box"]) for face in answer["faces"]] == [face.box for face in wanted.faces]
    assert (answer["detector"], answer["reason"], answer["error"]) == ("fcos", None, None)
    assert answer["finder"] == answer["detector"]


def test_the_answer_is_worded_as_everywhere_and_so_is_each_face(client, face_file):
    (answer,) = client.post("/v1/predict", content=face_file).json()["answers"]
    for one in (answer, *answer["faces"]):
        said = verdict(one["probabilities"], Predictor("face").rule)
        assert {name: one[name] for name in said.to_json()} == said.to_json()
        assert one["holds"] == one["prediction_set"]
        assert one["prediction_set"][0] == one["label"]
    assert answer["summary"] == answer["sentence"]  # it shows one face


def test_a_request_may_ask_for_another_confidence(client, face_file):
    wanted = Predictor("face", confidence=0.6).predict(face_file)
    (answer,) = client.post("/v1/predict?confidence=0.6", content=face_file).json()["answers"]
    for one in (answer, *answer["faces"]):
        assert (tuple(one["prediction_set"]), one["confidence"]) == (wanted.prediction_set, 0.6)
    assert client.post("/v1/predict?confidence=1", content=face_file).status_code == 422
    sets = client.get("/v1/models/face").json()["sets"]
    assert sets == {"confidence": 0.9, "thresholds": Predictor("face").rule.thresholds, "holds": "each class"}


def test_several_faces_have_one_line(client, two_file):
    (answer,) = client.post("/v1/predict", content=two_file).json()["answers"]
    assert len(answer["faces"]) == 2
    assert answer["summary"] == summary(
        [verdict(face["probabilities"], Predictor("face").rule) for face in answer["faces"]]
    )


def test_without_an_answer_the_fields_are_there_too(client, face_file, nobody_file):
    sent = form(("a.png", nobody_file), ("b.txt", b"no picture at all"))
    empty, broken = client.post("/v1/predict", files=sent).json()["answers"]
    for one, sentence in ((empty, "No face found"), (broken, None)):
        assert (one["prediction_set"], one["holds"], one["sure"], one["confidence"]) == ([], [], False, 0.9)
        assert one["sentence"] == one["summary"] == sentence


def test_a_model_that_takes_pictures_whole_says_so(serving, whole_model, face_file):
    with serving(models=(str(whole_model),)) as client:
        (answer,) = client.post("/v1/predict", content=face_file).json()["answers"]
        said = "This model judges whole pictures; it did not look for faces. To look for them: inputs=photos."
        assert (answer["note"], answer["faces"], answer["detector"]) == (said, [], None)
        (answer,) = client.post("/v1/predict?inputs=faces", content=face_file).json()["answers"]
        assert answer["note"] is None


def test_a_model_that_takes_both_answers_from_the_whole_and_says_so(serving, two_heads, face_file, nobody_file):
    with serving(models=(str(two_heads),)) as client:
        sent = form(("a.png", face_file), ("b.png", nobody_file))
        face, wall = client.post("/v1/predict", files=sent).json()["answers"]
        assert (len(face["faces"]), face["note"]) == (1, None)
        assert (wall["faces"], wall["note"]) == ([], "No face was found: answered from the whole picture.")
        assert wall["label"]
        (alone,) = client.post("/v1/predict?inputs=photos", content=nobody_file).json()["answers"]
        assert (alone["label"], "inputs=whole" in alone["reason"]) == (None, True)
        for content, box in ((face_file, face["faces"][0]["box"]), (nobody_file, None)):
            found = client.post("/v1/explain", content=content).json()
            assert (found["box"], len(found["grid"])) == (box, 16)


def test_the_example_in_the_openapi_is_an_answer(client):
    model = client.get("/openapi.json").json()["components"]["schemas"]["PredictOut"]
    for example, kind in zip(model["examples"], ("picture", "sound"), strict=True):
        PredictOut.model_validate(example)
        assert (example["kind"], example["answers"][0]["sentence"]) == (kind, "Probably happy")


def test_several_samples_in_a_form_are_answered_in_their_order(client, face_file, nobody_file):
    sent = form(("a.png", face_file), ("b.txt", b"no picture at all"), ("c.png", nobody_file))
    response = client.post("/v1/predict", files=sent)
    assert response.status_code == 200
    first, second, third = response.json()["answers"]
    assert [one["name"] for one in (first, second, third)] == ["a.png", "b.txt", "c.png"]
    assert first["label"]
    assert second["label"] is None
    assert "no picture" in second["error"]
    assert (third["label"], third["faces"], third["error"]) == (None, [], None)
    assert "No face was found" in third["reason"]
    assert "inputs=whole" in third["reason"]


def test_one_unreadable_sample_is_a_problem(client):
    assert problem(client.post("/v1/predict", content=b"no picture at all"))["status"] == 422
    assert problem(client.post("/v1/predict", content=b"<svg xmlns='http://www.w3.org/2000/svg'/>"))["status"] == 415
    assert problem(client.post("/v1/predict", content=b""))["status"] == 400
    assert problem(client.post("/v1/predict", files=form(("a.png", b""))))["status"] == 400


def test_the_whole_is_judged_if_asked_for(client, nobody_file):
    (refused,) = client.post("/v1/predict?inputs=faces", content=nobody_file).json()["answers"]
    assert (refused["label"], refused["sentence"]) == (None, "No face found")
    assert "does not look like a face" in refused["reason"]
    (answer,) = client.post("/v1/predict?inputs=whole", content=nobody_file).json()["answers"]
    assert answer["label"]
    assert (answer["faces"], answer["detector"]) == ([], None)


def test_a_subset_of_the_classes(client, face_file):
    (answer,) = client.post("/v1/predict?labels=happy,%20sad", content=face_file).json()["answers"]
    assert list(answer["probabilities"]) == ["happy", "sad"]
    assert sum(answer["probabilities"].values()) == pytest.approx(1)
    assert "Did you mean 'happy'" in problem(client.post("/v1/predict?labels=hapy,sad", content=face_file))["detail"]


def test_another_model_by_name_and_a_wrong_name(client, face_file):
    assert client.post("/v1/predict?model=face-int8", content=face_file).json()["model"] == "face-int8"
    found = problem(client.post("/v1/predict?model=fase", content=face_file))
    assert found["status"] == 404
    assert "Did you mean 'face'" in found["detail"]


def test_a_parameter_out_of_range(client, face_file):
    found = problem(client.post("/v1/predict?inputs=half", content=face_file))
    assert found["status"] == 422
    assert found["detail"].startswith("inputs:")


def test_explain_shows_what_the_model_saw(client, face_file):
    found = client.post("/v1/explain", content=face_file).json()
    grid = np.array(found["grid"])
    assert grid.shape == (16, 16)
    assert -1 <= grid.min() < 0.02 < grid.max() <= 1  # of probability, as `mien explain` has it
    assert found["image"].startswith("data:image/png;base64,")
    assert len(found["box"]) == 4
    assert found["label"] == client.post("/v1/predict", content=face_file).json()["answers"][0]["label"]


def test_explain_says_when_there_is_no_such_face(client, face_file, nobody_file):
    assert problem(client.post("/v1/explain", content=nobody_file))["issue"] == "faceless"
    assert problem(client.post("/v1/explain?face=3", content=face_file))["issue"] == "faceless"


def test_models_are_listed_and_described(client):
    found = client.get("/v1/models").json()
    assert (found["default"], [one["name"] for one in found["models"]]) == ("face", list(BOX))
    one = client.get("/v1/models/face").json()
    assert one in found["models"]
    assert one["contract"] == json.loads(Predictor().contract.to_json())
    assert "## Ethical considerations" in one["card"]
    assert "Right on" in one["said"]
    assert problem(client.get("/v1/models/smile"))["status"] == 404


def test_the_page_gets_the_models_files_and_their_hashes(client):
    import hashlib

    config = client.get("/mien.json").json()
    assert (config["default"], config["device"], config["server"], config["inbox"]) == (
        "face",
        "face-int8",
        True,
        False,
    )
    for model in config["models"]:
        data = client.get("/" + model["file"]).content
        assert (len(data), hashlib.sha256(data).hexdigest()) == (model["bytes"], model["sha256"])
    finder = client.get(f"/{config['finder']['file']}").content
    assert (config["finder"]["name"], hashlib.sha256(finder).hexdigest()) == ("fcos", config["finder"]["sha256"])
    assert finder == faces.fcos_bytes()
    check = client.get(f"/{config['check']['file']}").content
    assert (check, hashlib.sha256(check).hexdigest()) == (faces.check_bytes(), config["check"]["sha256"])
    assert config["colours"]["happy"] == "#E69F00"


def test_a_file_that_is_at_hand_is_not_sent_again(client):
    first = client.get("/models/face-int8.onnx")
    again = client.get("/models/face-int8.onnx", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_page_and_its_encodings(client):
    plain = client.get("/", headers={"accept-encoding": "identity"})
    assert plain.status_code == 200
    assert plain.headers["content-type"].startswith("text/html")
    assert "<title>" in plain.text
    small = client.get("/", headers={"accept-encoding": "gzip"})
    assert small.text == plain.text
    assert client.head("/").status_code == 200


def test_every_answer_has_the_headers_of_a_page_that_trusts_nobody(client, face_file):
    for response in (client.get("/"), client.get("/nothing"), client.post("/v1/predict", content=face_file)):
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert response.headers["cross-origin-embedder-policy"] == "require-corp"
        assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/nothing", "/../../etc/passwd", "/models/../face.onnx", "/%2e%2e/x", "/models/x.onnx"]
)
def test_there_is_nothing_elsewhere(client, path):
    assert problem(client.get(path))["status"] == 404


def test_a_method_that_is_none_of_ours(client):
    assert problem(client.delete("/v1/predict"))["status"] == 405


def test_names_are_shown_without_their_folders(client, nobody_file):
    for name, shown in (("../../etc/passwd", "passwd"), ("C:\\faces\\a.png", "a.png"), ("x" * 999, "x" * 200)):
        found = client.post("/v1/predict", files=form((name, nobody_file))).json()
        assert found["answers"][0]["name"] == shown


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=x", "multipart/mixed; boundary=\u00e4"]
)
def test_a_damaged_form_is_a_sentence(client, kind):
    headers = {"content-type": kind.encode("latin-1")}
    assert problem(client.post("/v1/predict", content=b"--x\r\nrubbish", headers=headers))["status"] == 400


def test_a_form_with_another_field_says_which_one_it_wants(client, nobody_file):
    found = problem(client.post("/v1/predict", files={"photo": ("a.png", nobody_file)}))
    assert "Expected: sample" in found["detail"]


def test_health_readiness_and_figures(client, face_file):
    client.post("/v1/predict", content=face_file)
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}
    text = client.get("/metrics").text
    assert 'mien_requests_total{method="POST",route="/v1/predict",status="200"}' in text
    assert 'mien_samples_total{model="face",outcome="answered"}' in text
    assert 'mien_batch_rows_count{model="face"}' in text


def test_the_openapi_has_examples_and_one_shape_of_errors(client):
    found = client.get("/openapi.json").json()
    predict = found["paths"]["/v1/predict"]["post"]
    shown = predict["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    for example in found["components"]["schemas"][shown]["examples"]:
        assert set(example["answers"][0]) <= set(found["components"]["schemas"]["AnswerOut"]["properties"])
    assert set(predict["responses"]["413"]["content"]) == {"application/problem+json"}
    assert "ProblemOut" in found["components"]["schemas"]
    assert "HTTPValidationError" not in json.dumps(found)
    assert "/v1/samples" not in found["paths"]  # no inbox


def test_too_much_is_refused(serving, face_file):
    with serving(max_bytes=1000, max_samples=2) as client:
        assert problem(client.post("/v1/predict", content=face_file))["status"] == 413
        assert problem(client.post("/v1/predict", content=bytes(200_000)))["status"] == 413
        many = form(*[("a.png", b"0 1 2 3")] * 3)
        assert problem(client.post("/v1/predict", files=many))["status"] == 400


def test_a_picture_that_unpacks_into_gigabytes_is_refused(client):
    import struct
    import zlib

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(10_000_000), 9)), (b"IEND", b"")]
    chunks = [struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in parts]
    assert problem(client.post("/v1/predict", content=b"\x89PNG\r\n\x1a\n" + b"".join(chunks)))["status"] == 413


def test_more_faces_than_are_answered_for(serving, clear_face, photo):
    picture = media.encode_png(photo((clear_face(0, 130), 20, 100), (clear_face(1, 200), 300, 100)))
    with serving(max_faces=1) as client:
        (answer,) = client.post("/v1/predict", content=picture).json()["answers"]
        assert len(answer["faces"]) == 1
        assert answer["faces"][0]["box"][0] > 250


def test_a_key_stands_before_everything_but_the_page(serving, face_file):
    with serving(key="sesame") as client:
        for response in (client.get("/v1/models"), client.get("/models/face.onnx"), client.get("/metrics")):
            assert problem(response)["status"] == 401
        assert client.get("/").status_code == client.get("/healthz").status_code == 200
        assert client.get("/mien.json").json()["key"] is True
        assert client.post("/v1/predict", content=face_file).status_code == 401
        for headers in ({"x-api-key": "sesame"}, {"authorization": "Bearer sesame"}):
            assert client.post("/v1/predict", content=face_file, headers=headers).status_code == 200
        assert client.get("/v1/models", headers={"x-api-key": "sesam"}).status_code == 401


def test_a_page_of_another_origin_may_not_post(client, face_file):
    response = client.post("/v1/predict", content=face_file, headers={"sec-fetch-site": "cross-site"})
    assert problem(response)["status"] == 403
    own = client.post("/v1/predict", content=face_file, headers={"sec-fetch-site": "same-origin"})
    assert own.status_code == 200


def test_models_of_runs_and_their_names(serving, small_run, pictures):
    sample = media.encode_png(pictures(1, 1, 24)[0])
    with serving(models=(str(small_run.folder), f"other={small_run.model}")) as client:
        names = [one["name"] for one in client.get("/v1/models").json()["models"]]
        assert names == ["small", "other"]
        one, other = (client.post(f"/v1/predict?model={name}", content=sample).json() for name in names)
        assert one["answers"] == other["answers"]
        assert set(one["answers"][0]["probabilities"]) == {"angry", "happy", "sad"}


def test_two_models_of_one_name(serving, small_run):
    from mien.core.errors import SettingError

    with (
        pytest.raises(SettingError, match="Two models are called 'small'"),
        serving(models=(str(small_run.folder), str(small_run.model))),
    ):
        pass


def test_inputs_have_their_earlier_name(client, face_file, nobody_file):
    for address in ("/v1/predict", "/v1/explain"):
        for crop, inputs in (("none", "faces"), ("face", "photos"), ("whole", "whole"), ("auto", "auto")):
            wanted = client.post(f"{address}?inputs={inputs}", content=face_file)
            assert client.post(f"{address}?crop={crop}", content=face_file).json() == wanted.json()
    (answer,) = client.post("/v1/predict?crop=none", content=nobody_file).json()["answers"]
    assert (answer["label"], answer["faces"], answer["detector"]) == (None, [], None)
    both = problem(client.post("/v1/predict?crop=none&inputs=photos", content=face_file))
    assert (both["status"], both["issue"]) == (400, "inputs")
    assert problem(client.post("/v1/predict?crop=faces", content=face_file))["status"] == 422
    model = client.get("/v1/models/face").json()
    assert (model["inputs"], model["crop"]) == ("faces", "face")
    assert client.get("/v1/models").json()["models"][0]["crop"] == "face"
    asked = problem(client.post("/v1/predict", files=form(("a.png", face_file)), data={"crop": "none"}))
    assert "'crop', which belongs in the address" in asked["detail"]
