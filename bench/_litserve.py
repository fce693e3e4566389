"""The peer LitServe with a model in the box. Run in its own environment: _litserve.py PORT MODEL [batch]."""

import sys

import litserve
from fastapi import Request

from mien.predict import Predictor

TOGETHER = 32 if sys.argv[3:] else 1


class Faces(litserve.LitAPI):
    """One sample in a form, weights out."""

    def setup(self, device: str) -> None:
        """Open the model."""
        self.predictor = Predictor(sys.argv[2], threads=1, inputs="faces")

    def decode_request(self, request: Request):
        """Make one sample ready."""
        return self.predictor.prepare(request["sample"].file.read())

    def batch(self, inputs: list):
        """Keep the list."""
        return inputs

    def predict(self, given):
        """Answer one, or many together."""
        if TOGETHER == 1:
            return self.predictor.answer(given, self.predictor.probabilities(given.rows))
        import numpy as np

        weights = self.predictor.probabilities(np.concatenate([one.rows for one in given]))
        return [self.predictor.answer(one, row[None]) for one, row in zip(given, weights, strict=True)]

    def unbatch(self, output):
        """Keep the list."""
        return output

    def encode_response(self, output) -> dict:
        """Make JSON of it."""
        return {"label": output.label, "probabilities": output.probabilities}


if __name__ == "__main__":
    api = Faces(max_batch_size=TOGETHER, batch_timeout=0.002)
    litserve.LitServer(api, accelerator="cpu").run(
        port=int(sys.argv[1]), generate_client_file=False, log_level="warning"
    )
