package io.pitlane.formats.onnx;

/**
 * The ONNX tensor that holds a tensor of the flat graph.
 *
 * @param name its name in the ONNX graph
 * @param order which of the flat graph's axes each of its axes is
 */
record OnnxTensor(String name, AxisOrder order) {}
