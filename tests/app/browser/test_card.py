"""The graphics card: it says what the processor says, and is kept only where it is quicker.

This machine has none; Chromium's SwiftShader runs WebGPU on the processor, slowly, with the same code.
"""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest

import mien.app
from mien import Predictor
from mien.core.types import InputContract
from mien.models.features import PIXELS, Graph

APP = Path(mien.app.__file__).parent / "browser"

CARD = ("--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--enable-features=Vulkan")
HAS = """async () => {
  const { hasCard } = await import("/engine/card.js");
  const adapter = await navigator.gpu.requestAdapter();
  const real = { requestAdapter: async () => ({ info: { isFallbackAdapter: false } }) };
  const none = { requestAdapter: async () => null };
  const broken = { requestAdapter: () => Promise.reject(new Error("lost")) };
  const found = [await hasCard(), await hasCard(real), await hasCard(none), await hasCard(broken)];
  return [adapter.info.isFallbackAdapter, ...found];
}"""
BOTH = """async (data) => {
  const ort = await import("/vendor/ort-card.mjs");
  const { quicker } = await import("/engine/card.js");
  ort.env.wasm.wasmPaths = new URL("/vendor/", location).href;
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = "error";
  const net = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const row = Uint8Array.from({ length: 48 * 48 * 3 }, (_, at) => (at * 7) % 256);
  const feeds = { pixels: new ort.Tensor("uint8", row, [1, 48, 48, 3]) };
  const ours = await ort.InferenceSession.create(net, { executionProviders: ["wasm"] });
  const answers = [[...(await ours.run(feeds)).probabilities.data]];
  let turns = 0;
  const kept = await quicker(ort, ours, net, feeds, (work) => (turns++, work()), 30_000);
  const card = async () => {
    const theirs = await ort.InferenceSession.create(net, { executionProviders: ["webgpu"] });
    return [...(await theirs.run(feeds)).probabilities.data];
  };
  const late = new Promise((done) => setTimeout(done, 60_000, null));
  answers.push(turns === 13 ? await Promise.race([card(), late]) : null);
  return { answers, kept: kept === ours, turns };
}"""
# A session of this test's own stands in for a quick card: what `quicker` makes of it is the question.
JUDGED = """async ([wait, said, fails, patience]) => {
  const { quicker } = await import("/engine/card.js");
  const session = (time, value) => ({
    run: () => new Promise((done) => {
      if (time < 1e6) setTimeout(done, time, { probabilities: { data: Float32Array.of(value, 1 - value) } });
    }),
    release: () => new Promise(() => {}),
  });
  const active = session(40, 0.5);
  const other = session(wait, said);
  const create = async () => { if (fails) throw new Error("no driver"); return other; };
  const kept = await quicker({ InferenceSession: { create } }, active, null, {}, (work) => work(), patience);
  return kept === other;
}"""


ASK = """async ([data, times]) => {
  const { Device } = await import("/device.js");
  const device = new Device();
  const config = await (await fetch("/mien.json")).json();
  const model = config.models.find((one) => one.name === "face-int8");
  const sample = () => new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))]);
  const options = { inputs: "faces" };
  const asked = Array.from({ length: times }, () => device.ask("predict", { sample: sample(), model, options }));
  return (await Promise.all(asked)).map(({ probabilities }) => probabilities);
}"""


@pytest.fixture(scope="module")
def carded(launch, serving):
    with launch(*CARD) as browser:
        page = browser.new_page(service_workers="block")
        page.goto(serving())
        yield page


def test_a_card_is_one_that_is_no_detour_and_that_works(carded):
    assert carded.evaluate(HAS) == [True, False, True, False, False]


def test_without_a_card_its_runtime_is_not_fetched(carded, visit, serving):
    with carded.context.browser.new_context(service_workers="block") as context:
        fetched = []
        context.on("request", lambda request: fetched.append(request.url.rpartition("/")[2]))
        visit(context, serving())
    assert "ort.mjs" in fetched
    assert not [name for name in fetched if "jspi" in name or name.startswith("ort-card")]


def test_with_a_card_answers_come_from_its_runtime_also_while_it_is_tried(carded, visit, serving, give):
    source = (APP / "engine/card.js").read_text().replace("!adapter.info?.isFallbackAdapter", "true")
    with carded.context.browser.new_context(service_workers="block") as context:
        context.route("**/engine/card.js", lambda route: route.fulfill(body=source, content_type="text/javascript"))
        fetched = []
        context.on("request", lambda request: fetched.append(request.url.rpartition("/")[2]))
        data = give.encoded(give.drawn("happy", 4, 48))
        found = visit(context, serving()).evaluate(ASK, [base64.b64encode(data).decode(), 30])
    assert "ort-card.mjs" in fetched
    assert "ort.mjs" not in fetched
    wanted = Predictor("face-int8", inputs="faces").predict(data).probabilities
    for answer in found:
        assert list(answer.values()) == pytest.approx([*wanted.values()], abs=0.03)


def small_net() -> bytes:
    """A convolution and a layer above it: SwiftShader takes half a minute for the box's network."""
    draw, graph = np.random.default_rng(0).normal, Graph(InputContract(("happy", "sad"), 48))
    planes = graph("Transpose", graph("Cast", PIXELS, to=1), perm=[0, 3, 1, 2])
    seen = graph("Relu", graph("Conv", planes, graph.constant(draw(0, 0.01, (8, 3, 3, 3))), strides=[4, 4]))
    pooled = graph("Flatten", graph("GlobalAveragePool", seen))
    margins = graph("Gemm", pooled, graph.constant(draw(size=(8, 2))), graph.constant([0, 0]))
    return graph.to_bytes(graph("Softmax", margins, axis=-1), "probabilities", 2)


def test_the_card_says_what_the_processor_says_and_a_slow_one_is_not_kept(carded):
    found = carded.evaluate(BOTH, base64.b64encode(small_net()).decode())
    ours, theirs = found["answers"]
    assert found["kept"]
    assert sum(ours) == pytest.approx(1, abs=1e-4)
    assert found["turns"] <= 13  # one to open it, two times six rounds, one after the other
    if theirs is not None:  # there are processors on which SwiftShader never comes to an end
        assert max(abs(one - other) for one, other in zip(ours, theirs, strict=True)) < 1e-3


@pytest.mark.parametrize(
    ("wait", "said", "fails", "kept"),
    [
        (1, 0.5, False, True),
        (1, 0.505, False, True),
        (1, 0.6, False, False),
        (60, 0.5, False, False),
        (1, 0.5, True, False),
    ],
)
def test_a_card_is_kept_that_is_quicker_and_says_the_same(carded, wait, said, fails, kept):
    assert carded.evaluate(JUDGED, [wait, said, fails, 10_000]) is kept


def test_a_card_that_hangs_is_not_waited_for(carded):
    assert carded.evaluate(JUDGED, [1e9, 0.5, False, 200]) is False
