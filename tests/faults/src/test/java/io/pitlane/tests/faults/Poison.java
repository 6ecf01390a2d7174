package io.pitlane.tests.faults;

import io.pitlane.contract.failure.Failure;

/**
 * Something on the topics that nobody can work with.
 *
 * @param name for people, and for docs/reliability.md
 * @param dose puts it there
 * @param kind of the failure that ends the run
 * @param says what the failure's sentence must name
 * @param putAside whether the message becomes a dead letter
 */
record Poison(String name, Dose dose, Failure.Kind kind, String says, boolean putAside) {

    /** Puts the poison of one run on the topics. */
    @FunctionalInterface
    interface Dose {
        void give(PoisonedRun run) throws Exception;
    }

    /** A message that is no job. */
    static Poison message(String name, String says, Dose dose) {
        return new Poison(name, dose, Failure.Kind.INVALID_INPUT, says, true);
    }

    /** A job whose artifacts are not what they should be. */
    static Poison artifact(String name, Failure.Kind kind, String says, Dose dose) {
        return new Poison(name, dose, kind, says, false);
    }

    @Override
    public String toString() {
        return name;
    }
}
