/** The layers of a graph with the bias, the sum and the activation that a kernel computes along. */
package io.pitlane.graph.fusion;
