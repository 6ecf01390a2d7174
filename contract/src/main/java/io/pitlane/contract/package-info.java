/**
 * What travels between the services: plans, steps, jobs, progress, reports, failures and artifact
 * references. Immutable records with their validation; no I/O, no Kafka, no TensorFlow.
 */
package io.pitlane.contract;
