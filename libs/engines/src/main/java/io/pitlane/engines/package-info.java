/** Inference engines behind one interface: TensorFlow, ONNX Runtime, TFLite with XNNPACK. */
package io.pitlane.engines;
