/**
 * A real one-node Kafka as a library, for the local stack and for every test. Services never carry
 * it.
 */
package io.pitlane.kafka;
