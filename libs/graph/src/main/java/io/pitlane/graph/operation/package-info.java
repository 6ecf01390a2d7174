/** The table of operations that every technique asks, and the operations that are allowed. */
package io.pitlane.graph.operation;
