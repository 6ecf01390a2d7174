/**
 * Which channels of which layers depend on one another, found by tracing them through the graph.
 */
package io.pitlane.graph.channels.dependency;
