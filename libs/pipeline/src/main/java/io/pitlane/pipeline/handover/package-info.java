/** Publishing the outcome of a message together with its offset, in one Kafka transaction. */
package io.pitlane.pipeline.handover;
