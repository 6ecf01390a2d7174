/**
 * Quantization: replaces float arithmetic by int8 arithmetic. The algorithms are plain Java that
 * takes a graph and returns a graph; {@link io.pitlane.quantize.QuantizeStage} is the only public
 * type.
 */
package io.pitlane.quantize;
