/**
 * The flat graph as an ONNX model: its operations, layouts, metadata, and what stands in the way.
 */
package io.pitlane.formats.onnx;
