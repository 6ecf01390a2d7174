/** ONNX models in: a model as a flat graph of TensorFlow operations, images channels last. */
package io.pitlane.formats.onnx.reading;
