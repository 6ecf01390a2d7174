/**
 * A model as a value: the flat inference graph, its nodes, tensors and signature, and the one table
 * of operations. A pass takes a graph and returns a graph.
 */
package io.pitlane.graph;
