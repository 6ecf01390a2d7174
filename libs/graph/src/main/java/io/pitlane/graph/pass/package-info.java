/** Passes over the flat graph: constant and batch norm folding, static shapes. */
package io.pitlane.graph.pass;
