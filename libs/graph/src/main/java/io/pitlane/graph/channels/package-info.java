/** Structured pruning of channels: groups that go together, saliencies, the cut itself. */
package io.pitlane.graph.channels;
