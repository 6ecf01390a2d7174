/** Batches of preprocessed images, prefetched in the background. */
package io.pitlane.data.batch;
