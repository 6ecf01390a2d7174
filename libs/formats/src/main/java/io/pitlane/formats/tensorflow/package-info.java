/** Graphs as SavedModels, quantized ones with oneDNN's int8 kernels. */
package io.pitlane.formats.tensorflow;
