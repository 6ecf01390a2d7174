/** The latency of a model before it is made: a table of measured layers of this machine, summed. */
package io.pitlane.prune.latency;
