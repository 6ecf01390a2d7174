/** Recovery without training: least-squares weights and statistics of batch norm, from images. */
package io.pitlane.analysis.reconstruction;
