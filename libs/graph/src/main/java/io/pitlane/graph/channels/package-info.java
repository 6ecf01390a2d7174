/** Structured pruning of channels: groups of coupled channels, saliencies, removal. */
package io.pitlane.graph.channels;
