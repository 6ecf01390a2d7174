/** How many channels each group loses: limits, policies, and the cost of what is left. */
package io.pitlane.graph.channels.allocation;
