/** The artifact log: packing, chunks in a Kafka topic, and the local cache in front of it. */
package io.pitlane.pipeline.artifact;
