/** Images and labels from files, and the batches that a model takes. */
package io.pitlane.model.data;
