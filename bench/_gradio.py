"""The peer Gradio with a model in the box, as its guide to image classification has it. Run in its own environment."""

import sys

import gradio
import numpy as np

from mien.predict import Predictor

predictor = Predictor(sys.argv[2], threads=1, inputs="faces")


def classify(picture: np.ndarray) -> dict[str, float]:
    """Answer."""
    return predictor.predict(picture).probabilities


demo = gradio.Interface(classify, gradio.Image(type="numpy"), gradio.Label(), api_name="predict")
demo.queue(default_concurrency_limit=64)  # its default of 1 would be slower
demo.launch(server_port=int(sys.argv[1]), quiet=True, share=False)
