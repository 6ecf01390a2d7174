/**
 * Neural architecture search: the search over a space of architectures, the trials that score them,
 * and the training of the winner. {@link io.pitlane.nas.NasStage} and {@link
 * io.pitlane.nas.NasTrialStage} run in the child JVM, the search itself in the service.
 */
package io.pitlane.nas;
