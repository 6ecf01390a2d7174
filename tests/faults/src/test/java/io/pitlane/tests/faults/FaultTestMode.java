package io.pitlane.tests.faults;

/**
 * How much is tried: a part; with {@code -Dpitlane.faults=all} all of it, from
 * {@code -Dpitlane.faults.seed=N}.
 */
final class FaultTestMode {
    static final boolean ALL = "all".equals(System.getProperty("pitlane.faults"));

    private FaultTestMode() {}

    /** The seed of everything random; from the clock unless it is given. */
    static long seed() {
        return Long.getLong("pitlane.faults.seed", System.currentTimeMillis());
    }
}
