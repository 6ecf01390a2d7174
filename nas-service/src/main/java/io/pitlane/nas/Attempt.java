package io.pitlane.nas;


/**
 * One training that the search asks for.
 *
 * @param number which architecture of the search, from 0
 * @param genome the architecture
 * @param rung how often it was promoted, from 0
 * @param epochs passes over the training set
 */
record Attempt(int number, Genome genome, int rung, int epochs) {}
