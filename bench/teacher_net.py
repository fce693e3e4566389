"""Fine-tunes a network of somebody else's on FER2013's Training, and keeps what it answers, not its weights.

$ python bench/teacher_net.py pack DATA PACK --weights lite0 [lite2 faceres=FILE ...]
$ python bench/teacher_net.py train PACK STATE --net lite0 [--folds 5] [--epochs 12]
$ python bench/teacher_net.py answers PACK STATE --net lite0 [--folds 5]

A face's answer comes from networks that have not learnt from it, copies included: each fold's network answers those it
held out, and all of them together the validation side (bench/face_validation.txt). `--folds 1` is one network on all;
what it says of faces it has learnt from is too sure. PublicTest has no part in this. A killed `train` goes on where it
was. `train` and `answers` need Keras 3 on any backend, numpy and OpenCV; `pack` needs Mien. docs/decisions/0048.
"""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")  # read when TensorFlow is imported

import _teacher_nets as nets
import numpy as np
from _teacher_faces import SEVEN, Batches, Faces, enlarged, read, save, stored

HERE = Path(__file__).parent
CHECKPOINT_STEPS = 100
WARMUP = 0.05  # of the steps
NEUTRAL = 1e-7


@dataclass(frozen=True)
class Plan:
    """What is trained and how."""

    net: str
    folds: int = 5
    epochs: int = 12
    batch: int = 64
    size: int = 96
    rate: float = 6e-4
    decay: float = 0.02
    votes: float = 0.3  # share of FER+'s annotators in a label
    drop: float = 0.1  # stochastic depth
    ema: float = 0.998
    seed: int = 0
    threads: int = 2
    limit: int = 0  # of faces, for a trial; 0 takes all

    def named(self, fold: int) -> str:
        """Name what one fold leaves."""
        return f"{self.net}-{self.size}-{self.folds}-{fold}"


def main() -> None:
    """Do one of the three."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    packed = verbs.add_parser("pack")
    packed.add_argument("data", type=Path)
    packed.add_argument("pack", type=Path)
    packed.add_argument("--weights", nargs="*", default=[], metavar="NET[=FILE]")
    for verb in ("train", "answers"):
        sub = verbs.add_parser(verb)
        sub.add_argument("pack", type=Path)
        sub.add_argument("state", type=Path)
        sub.add_argument("--net", required=True)
        for name, default in vars(Plan("")).items():
            if name != "net":
                sub.add_argument(f"--{name}", type=type(default), default=default)
    given = parser.parse_args()
    if given.verb == "pack":
        pack(given.data, given.pack, dict(one.partition("=")[::2] for one in given.weights))
        return
    plan = Plan(**{name: getattr(given, name) for name in vars(Plan(""))})
    if given.verb == "train":
        train(plan, given.pack, given.state)
    gather(plan, given.pack, given.state, kept=given.verb == "answers")


def pack(data: Path, folder: Path, files: dict[str, str]) -> None:
    """Write the faces, and the weights that networks begin with, into one folder that can travel."""
    import _teacher_pack

    folder.mkdir(parents=True, exist_ok=True)
    for name, file in files.items():
        nets.save_weights(
            _teacher_pack.starting_weights(name, Path(file or _teacher_pack.package_file(name))), folder / f"{name}.npz"
        )
    if not (folder / "faces.npz").exists():
        save(_teacher_pack.training_side(data), folder / "faces.npz")
    for path in sorted(folder.iterdir()):
        print(f"{path.name}: {path.stat().st_size / 2**20:.1f} MiB")


def train(plan: Plan, folder: Path, state: Path) -> None:
    """Train the network of each fold, unless it has answered already."""
    state.mkdir(parents=True, exist_ok=True)
    faces = read(folder / "faces.npz")
    if plan.limit:
        faces = faces.some(np.random.default_rng(0).permutation(len(faces))[: plan.limit])
    held = faces.folds(plan.folds)
    for fold in range(plan.folds):
        out = state / f"{plan.named(fold)}.npz"
        if not out.exists():
            learning = ~faces.chosen if plan.folds == 1 else (held != fold) & ~faces.chosen
            checkpoint = state / f"{plan.named(fold)}.checkpoint.npz"
            model = fitted(plan, faces.some(learning), folder, checkpoint)
            nets.save_weights(
                {one.name: one.get_weights() for one in model.layers if one.get_weights()},
                state / f"{plan.named(fold)}.weights.npz",
            )
            asked = faces if plan.folds == 1 else faces.some(~learning)
            found = answered(model, asked.pixels, plan.size)
            _written(out, rows=asked.rows, answers=found.astype(np.float16))
            checkpoint.unlink()
            print(f"{out.stem}: {_figures(asked, found)}", flush=True)


def built(plan: Plan, folder: Path, faces: np.ndarray) -> Any:
    """Build a network on the weights of its package, with a new last layer."""
    import keras

    keras.utils.set_random_seed(plan.seed)
    body = nets.build(plan.net, plan.size, plan.drop)
    nets.put(body, nets.read_weights(folder / f"{plan.net}.npz"))
    nets.revived(body, enlarged(faces[:128], plan.size))
    values = keras.layers.Dropout(0.2)(body.output)
    return keras.Model(body.input, keras.layers.Dense(len(SEVEN), name="classes")(values))


def compiled(plan: Plan, model: Any, steps: int) -> Any:
    """Give it AdamW with a cosine, and a moving average of its weights."""
    import keras

    warm = int(WARMUP * steps)
    rate = keras.optimizers.schedules.CosineDecay(
        plan.rate / 100, steps - warm, alpha=0.01, warmup_target=plan.rate, warmup_steps=warm
    )
    optimizer = keras.optimizers.AdamW(
        rate, weight_decay=plan.decay, global_clipnorm=1.0, use_ema=True, ema_momentum=plan.ema
    )
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    # XLA on a CPU is slower than oneDNN's kernels; JAX compiles in any case.
    jit = False if keras.backend.backend() == "tensorflow" else "auto"
    model.compile(optimizer, keras.losses.CategoricalCrossentropy(from_logits=True), jit_compile=jit)
    optimizer.build(model.trainable_variables)
    return model


def fitted(plan: Plan, faces: Faces, folder: Path, checkpoint: Path) -> Any:
    """Train on some faces, from the last checkpoint on, and leave the averaged weights in the model."""
    batches = Batches(faces, faces.targets(plan.votes), plan.size, plan.batch, plan.seed, plan.threads)
    model = compiled(plan, built(plan, folder, faces.pixels), plan.epochs * len(batches))
    done = _restored(model, checkpoint)
    losses: list[float] = []
    began, spent = time.monotonic(), time.process_time()
    for epoch in range(done // len(batches), plan.epochs):
        for pixels, targets in batches.epoch(epoch, done % len(batches)):
            losses.append(float(np.asarray(model.train_on_batch(pixels, targets))))
            model.reset_metrics()
            done += 1
            if done % CHECKPOINT_STEPS == 0:
                _keep(model, checkpoint, done)
        clocks = f"{time.monotonic() - began:.0f} s, {time.process_time() - spent:.0f} s of the processors"
        print(
            f"{checkpoint.stem} epoch {epoch + 1}: {len(losses)} steps, loss {np.mean(losses):.4f}, {clocks}",
            flush=True,
        )
        began, spent, losses = time.monotonic(), time.process_time(), []
    _keep(model, checkpoint, done)
    model.optimizer.finalize_variable_values(model.trainable_variables)
    return model


def _variables(model: Any) -> list[Any]:
    return [*model.variables, *model.optimizer.variables]


def _keep(model: Any, path: Path, done: int) -> None:
    values = {f"{number}": np.asarray(one) for number, one in enumerate(_values(model))}
    _written(path, done=np.int64(done), **values)


def _values(model: Any) -> list[np.ndarray]:
    import keras

    return [keras.ops.convert_to_numpy(one.value) for one in _variables(model)]


def _restored(model: Any, path: Path) -> int:
    """Put a checkpoint's values back, and return how many steps were done."""
    if not path.exists():
        return 0
    with np.load(path, allow_pickle=False) as file:
        for number, one in enumerate(_variables(model)):
            one.assign(file[f"{number}"])
        return int(file["done"])


def _written(path: Path, **values: np.ndarray) -> None:
    half = path.with_name(f"{path.name}.part")
    with half.open("wb") as file:
        np.savez_compressed(file, **values) if "answers" in values else np.savez(file, **values)
    half.replace(path)


def answered(model: Any, faces: np.ndarray, size: int) -> np.ndarray:
    """Answer faces and their mirror images: the mean, float64 [N, 7]."""
    parts = []
    for part in np.array_split(faces, max(1, len(faces) // 256)):
        sides = [model.predict_on_batch(enlarged(one, size)) for one in (part, part[:, :, ::-1])]
        parts.append(np.mean([_softmax(np.asarray(side, np.float64)) for side in sides], 0))
    return np.concatenate(parts)


def _softmax(values: np.ndarray) -> np.ndarray:
    raised = np.exp(values - values.max(1, keepdims=True))
    return raised / raised.sum(1, keepdims=True)


def gather(plan: Plan, folder: Path, state: Path, *, kept: bool = False) -> None:
    """Put the folds' answers together, one for each face, and say how good they are; keep them in bench/."""
    paths = [state / f"{plan.named(fold)}.npz" for fold in range(plan.folds)]
    faces, said = read(folder / "faces.npz"), stored(paths)
    faces = faces.some(np.isin(faces.rows, list(said)))
    found = np.stack([np.mean(said[row], 0) for row in faces.rows.tolist()])
    for name, side in (
        ("not learnt from" if plan.folds > 1 else "learnt from", ~faces.chosen),
        ("validation", faces.chosen),
    ):
        if side.any():
            print(f"{name}: {_figures(faces.some(side), found[side])}")
    if kept:
        out = HERE / f"teacher_{plan.net}.npz"
        _written(out, rows=faces.rows.astype(np.uint16), answers=found.astype(np.float16))
        print(f"{out.name}: {out.stat().st_size / 1e3:.0f} kB")


def _figures(faces: Faces, answers: np.ndarray) -> str:
    """Say how often the label is met, how often within each class, and how sure the answers are."""
    right = answers.argmax(1) == faces.labels
    balanced = np.mean([right[faces.labels == one].mean() for one in np.unique(faces.labels)])
    loss = -np.log(np.maximum(answers[np.arange(len(faces)), faces.labels], NEUTRAL)).mean()
    return f"{len(faces):,} faces, {right.mean():.1%}, balanced {balanced:.1%}, log loss {loss:.3f}"


if __name__ == "__main__":
    main()
