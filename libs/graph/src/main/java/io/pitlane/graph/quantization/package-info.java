/**
 * Quantized graphs: the float graph in which every quantized tensor passes a fake-quantization
 * node. Stock TensorFlow runs it, as the simulation of every integer form that is made from it.
 */
package io.pitlane.graph.quantization;
