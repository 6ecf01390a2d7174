/**
 * The quantize crew: turns float arithmetic into integer arithmetic. The algorithms are plain Java,
 * a graph in and a graph out; {@link io.pitlane.quantize.QuantizeStage} is their one door.
 */
package io.pitlane.quantize;
