/** Chooses the partition, and with it the replica, that a job or a trial goes to. */
package io.pitlane.pipeline.placement;
