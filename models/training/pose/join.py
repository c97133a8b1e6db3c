"""Two TFLite models one behind the other, as one: an integer network and a decoding that stays in floats."""

from __future__ import annotations

import flatbuffers  # type: ignore[import-untyped]
from ai_edge_litert import schema_py_generated as schema

_NONE = -1
"""How TFLite writes that an optional input is absent."""


def join(first: bytes, second: bytes) -> bytes:
    """A model that takes what ``first`` takes and gives what ``second`` gives.

    Each input of ``second`` is the output of ``first`` that has the same name in the signature, type and shape. Both
    have one subgraph and one signature; the inputs and outputs of the result keep their names there.
    """
    model, tail = (schema.ModelT.InitFromPackedBuf(content, 0) for content in (first, second))
    graph, added = model.subgraphs[0], tail.subgraphs[0]
    signature, ending = model.signatureDefs[0], tail.signatureDefs[0]
    codes, buffers = len(model.operatorCodes), len(model.buffers)
    model.operatorCodes += tail.operatorCodes
    model.buffers += tail.buffers
    given = {entry.name: entry.tensorIndex for entry in signature.outputs}
    places = {entry.tensorIndex: given[entry.name] for entry in ending.inputs}
    for number, tensor in enumerate(added.tensors):
        if number not in places:
            places[number] = len(graph.tensors)
            tensor.buffer += buffers
            graph.tensors.append(tensor)
    for operator in added.operators:
        operator.opcodeIndex += codes
        operator.inputs, operator.outputs = (
            [places.get(int(tensor), _NONE) for tensor in side] for side in (operator.inputs, operator.outputs)
        )
        graph.operators.append(operator)
    graph.outputs = [places[int(tensor)] for tensor in added.outputs]
    for entry in ending.outputs:
        entry.tensorIndex = places[entry.tensorIndex]
    signature.outputs = ending.outputs
    model.metadata, model.metadataBuffer = [], []
    builder = flatbuffers.Builder(len(first) + len(second))
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())
