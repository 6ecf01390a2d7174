/** A model as a value: the flat inference graph, its nodes, tensors and signature. */
package io.pitlane.graph;
