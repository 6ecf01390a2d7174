/** Batches of preprocessed images, prepared ahead of their use. */
package io.pitlane.data.batch;
