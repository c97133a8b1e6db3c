"""From Keras to TFLite: as floats, and as 8-bit integers with ranges taken from samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import keras
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

if TYPE_CHECKING:
    from collections.abc import Iterable

Source: TypeAlias = Any
"""A Keras model; or a concrete function, whose argument and result names become those of the signature."""
Sample: TypeAlias = Any
"""A list of the inputs of one call, or a dictionary of them by name; batch size 1."""
Border: TypeAlias = Literal["uint8", "int8", "float32"]
"""What the inputs or the outputs of an integer model are."""


def to_float(source: Source) -> bytes:
    """The model as it is, float32 throughout."""
    return bytes(_converter(source).convert())


def to_int8(source: Source, samples: Iterable[Sample], *, inputs: Border = "uint8", outputs: Border = "uint8") -> bytes:
    """The model with 8-bit weights (per channel) and activations, quantised after training.

    The ranges of activations are those that ``samples`` cause, so these must be like what the model will see. An
    operation without an integer version stays float32.
    """
    converter = _converter(source)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: iter(samples)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8, tf.lite.OpsSet.TFLITE_BUILTINS]
    converter.inference_input_type = tf.as_dtype(inputs)
    converter.inference_output_type = tf.as_dtype(outputs)
    return bytes(converter.convert())


def _converter(source: Source) -> Any:
    if isinstance(source, keras.Model):
        return tf.lite.TFLiteConverter.from_keras_model(source)
    return tf.lite.TFLiteConverter.from_concrete_functions([_frozen(source)], tf.Module())


def _frozen(function: Any) -> Any:
    """The same function with its variables made constants; the converter does that only for whole Keras models."""
    constant = convert_variables_to_constants_v2(function)
    specs = {tensor.op.name: tf.TensorSpec(tensor.shape, tensor.dtype) for tensor in constant.inputs}

    def call(**tensors: Any) -> Any:
        results = constant(*(tensors[name] for name in specs))
        return tf.nest.pack_sequence_as(function.structured_outputs, tf.nest.flatten(results))

    return tf.function(call).get_concrete_function(**specs)
