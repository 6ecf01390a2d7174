/** Options of pruning: what is removed, how much, and how the model recovers. */
package io.pitlane.contract.pruning;
