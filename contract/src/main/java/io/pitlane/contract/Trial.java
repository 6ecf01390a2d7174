package io.pitlane.contract;

/**
 * One architecture to be tried by whichever nas replica takes it.
 *
 * @param job the search's job, with the plan, the data and the models
 * @param number which trial of the search, from 0
 * @param genome the architecture
 * @param epochs passes over the training set
 */
public record Trial(Job job, int number, String genome, int epochs) {}
