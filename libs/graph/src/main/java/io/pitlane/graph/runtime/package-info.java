/** Runs a flat graph: sessions, and the values that its inputs are fed. */
package io.pitlane.graph.runtime;
