"""The peer fairlearn, asked by its own Python: it has its own environment, and imports nothing of Mien's.

$ python bench/_fairlearn.py ANSWERS.npz    accuracy and balanced accuracy of each group, and the largest difference

ANSWERS.npz holds `truth` and `answers`, int [N], and `groups`, str [N]. What is measured is printed as JSON.
"""

import json
import sys

import numpy as np
from fairlearn.metrics import MetricFrame
from sklearn.metrics import accuracy_score, balanced_accuracy_score


def main():
    """Ask MetricFrame."""
    given = np.load(sys.argv[1], allow_pickle=False)
    metrics = {"accuracy": accuracy_score, "balanced": balanced_accuracy_score}
    frame = MetricFrame(
        metrics=metrics, y_true=given["truth"], y_pred=given["answers"], sensitive_features=given["groups"]
    )
    by_group = {str(name): row for name, row in frame.by_group.to_dict("index").items()}
    print(json.dumps({"by_group": by_group, "difference": frame.difference().to_dict()}))


if __name__ == "__main__":
    main()
