/** Events as Kafka records. */
package io.pitlane.pipeline.event;
