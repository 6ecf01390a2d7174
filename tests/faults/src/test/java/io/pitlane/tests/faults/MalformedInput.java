package io.pitlane.tests.faults;

import io.pitlane.contract.failure.Failure;

/**
 * Something on the topics that nobody can work with.
 *
 * @param name for people, and for docs/reliability.md
 * @param delivery puts it there
 * @param kind of the failure that ends the run
 * @param says what the failure's sentence must name
 * @param putAside whether the message becomes a dead letter
 */
record MalformedInput(
        String name, Delivery delivery, Failure.Kind kind, String says, boolean putAside) {

    /** Puts the input of one run on the topics. */
    @FunctionalInterface
    interface Delivery {
        void to(SubmittedRun run) throws Exception;
    }

    /** A message that is no job. */
    static MalformedInput message(String name, String says, Delivery delivery) {
        return new MalformedInput(name, delivery, Failure.Kind.INVALID_INPUT, says, true);
    }

    /** A job whose artifacts are not what they should be. */
    static MalformedInput artifact(String name, Failure.Kind kind, String says, Delivery delivery) {
        return new MalformedInput(name, delivery, kind, says, false);
    }

    @Override
    public String toString() {
        return name;
    }
}
