"""A model file in whole numbers of 8 bits: a quarter of the size, and quicker on most processors."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mien.core.errors import MissingPartError, ModelFileError
from mien.core.files import writing

if TYPE_CHECKING:
    from mien.core.types import Rows

HEAVY = ("Conv", "Add", "Relu", "AveragePool", "MatMul")  # what costs time; the rest stays as it is
METADATA = "mien."


def quantize(source: Path | str, path: Path | str, samples: Iterable[Rows]) -> Path:
    """Write a copy of a model file that computes in 8 bits (static quantisation, Jacob et al. 2018).

    Weights are scaled channel by channel; the range of what flows between is taken from a few hundred samples, arrays
    [N, *contract.shape], never those that it is measured on. The first steps, from bytes to an even grey or from sound
    to levels, keep their precision: their range is that of one sample, not of all. Recurrent nodes keep theirs too.
    `ModelFileError` where the source is no model file.
    """
    try:
        import onnx
        from onnxruntime.quantization import QuantFormat, QuantType, quantize_static
    except ModuleNotFoundError as error:
        raise MissingPartError(f"8 bits need {error.name}", todo="Install it: pip install 'mien[train]'") from error
    try:
        model = onnx.load(str(source))
    except Exception as error:  # protobuf's and onnx's own kinds
        raise ModelFileError(f"'{source}' is not a model file, or it is damaged", todo="Export it anew") from error
    # The mark of ONNX Runtime's own preparation, which changes nothing in these graphs; without it, it gives advice.
    model.metadata_props.add(key="onnx.quant.pre_process", value="onnxruntime.quant")
    with writing(path) as beside:
        quantize_static(
            model,
            str(beside),
            _Batches(samples, model.graph.input[0].name),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            reduce_range=True,  # 7 bits of weight: without VNNI, sums of 8 by 8 bits overflow 16 and answers differ
            weight_type=QuantType.QInt8,
            activation_type=QuantType.QUInt8,
            op_types_to_quantize=list(HEAVY),
            nodes_to_exclude=_first_steps(model),
        )
        made = onnx.load(str(beside))
        ours = {item.key: item.value for item in model.metadata_props if item.key.startswith(METADATA)}
        onnx.helper.set_model_props(made, ours)
        beside.write_bytes(made.SerializeToString())
    return Path(path)


def _first_steps(model: Any) -> list[str]:  # noqa: ANN401 - onnx.ModelProto
    """Name the nodes before the first convolution that sees more than one number: bytes, grey, contrast, levels.

    Of sounds, what measures them is a convolution as well. It ends in a logarithm, and before that numbers span more
    powers of ten than 8 bits can tell apart.
    """
    nodes = list(model.graph.node)
    wide = [node for node in nodes if _is_wide(node)]
    plain = nodes[: nodes.index(wide[0])] if wide else nodes
    logarithms = [node for node in _upstream(wide, nodes) if node.op_type == "Log"]
    return sorted({node.name for node in (*plain, *_upstream(logarithms, nodes)) if node.name})


def _is_wide(node: Any) -> bool:  # noqa: ANN401 - onnx.NodeProto
    sides = [side for item in node.attribute if item.name == "kernel_shape" for side in item.ints]
    return bool(node.op_type == "Conv" and sides and max(sides) > 1)


def _upstream(ends: Iterable[Any], nodes: Iterable[Any]) -> list[Any]:
    """Find all nodes whose output comes into one of the ends, by however many others."""
    makers = {output: node for node in nodes for output in node.output}
    found: dict[str, Any] = {}
    left = [name for node in ends for name in node.input]
    while left:
        name = left.pop()
        if name in makers and name not in found:
            found[name] = makers[name]
            left.extend(makers[name].input)
    return list(found.values())


class _Batches:
    """What ONNX Runtime's calibration reads."""

    def __init__(self, batches: Iterable[Any], tensor: str) -> None:
        self._left, self._tensor = iter(batches), tensor

    def get_next(self) -> dict[str, Any] | None:
        """Return the next batch under the name of the graph's input; None at the end."""
        batch = next(self._left, None)
        return None if batch is None else {self._tensor: batch}
