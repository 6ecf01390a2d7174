/** Finds the ranges of activations by looking at training images. */
package io.pitlane.quantize.calibration;
