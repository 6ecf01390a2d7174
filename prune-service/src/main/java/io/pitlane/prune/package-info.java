/** Pruning: taking whole channels, or single weights, out of a model. */
package io.pitlane.prune;
