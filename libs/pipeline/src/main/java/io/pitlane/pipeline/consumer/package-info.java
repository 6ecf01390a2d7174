/**
 * Consuming messages that take long: the claim on a message, the assignment of partitions, and what
 * happens when a service starts, retries and stops.
 */
package io.pitlane.pipeline.consumer;
