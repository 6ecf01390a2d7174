package io.pitlane.tests.faults;

/**
 * How much is tried: little in every build; with {@code -Dpitlane.faults=long} all of it, from
 * {@code -Dpitlane.faults.seed=N}.
 */
final class FaultTestMode {
    static final boolean LONG = "long".equals(System.getProperty("pitlane.faults"));

    private FaultTestMode() {}

    /** The seed of everything random; from the clock unless it is given. */
    static long seed() {
        return Long.getLong("pitlane.faults.seed", System.currentTimeMillis());
    }
}
