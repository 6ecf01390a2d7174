/** Fake quantization in training: gradients through it, and learned steps. */
package io.pitlane.training.quantization;
