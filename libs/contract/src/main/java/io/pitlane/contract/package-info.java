/**
 * What travels between the services, as records with their validation. Knows no TensorFlow, no
 * Kafka.
 */
package io.pitlane.contract;
