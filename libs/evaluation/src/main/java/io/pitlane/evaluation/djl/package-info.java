/** Runs a SavedModel through DJL with its TensorFlow engine. */
package io.pitlane.evaluation.djl;
