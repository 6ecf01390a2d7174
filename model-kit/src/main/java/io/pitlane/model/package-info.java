/**
 * What is worked on: a SavedModel becomes a {@link io.pitlane.model.graph.FlatGraph}, passes change
 * it, training recovers it, evaluation measures it, and it becomes a SavedModel again. TensorFlow
 * and DJL; no Kafka.
 */
package io.pitlane.model;
