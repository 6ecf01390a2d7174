package io.pitlane.tests.faults;

/** A part of what can be tried, or all of it: {@code -Dpitlane.faults=all}. */
final class FaultTestMode {
    static final boolean ALL = "all".equals(System.getProperty("pitlane.faults"));

    private FaultTestMode() {}

    /** How many processes are killed at random: {@code -Dpitlane.faults.kills=N}. */
    static int kills() {
        return Integer.getInteger("pitlane.faults.kills", 20);
    }

    /** The seed of everything random: {@code -Dpitlane.faults.seed=N}, else from the clock. */
    static long seed() {
        return Long.getLong("pitlane.faults.seed", System.currentTimeMillis());
    }
}
