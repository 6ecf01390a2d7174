/**
 * A single-node Kafka as a library, for the local stack and for tests. Services do not depend on
 * it.
 */
package io.pitlane.kafka;
