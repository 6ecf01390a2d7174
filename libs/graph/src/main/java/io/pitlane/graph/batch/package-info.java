/** Models that were exported for a fixed number of images, made to take any number. */
package io.pitlane.graph.batch;
