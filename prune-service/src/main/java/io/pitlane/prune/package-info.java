/** Pruning: removes channels or single weights from a model. */
package io.pitlane.prune;
