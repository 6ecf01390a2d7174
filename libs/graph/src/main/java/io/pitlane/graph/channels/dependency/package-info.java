/** Dependencies between the channels of layers, found by tracing channels through the graph. */
package io.pitlane.graph.channels.dependency;
