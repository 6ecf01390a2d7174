package io.pitlane.pipeline.process;

/**
 * How a child JVM ended that wrote no reply.
 *
 * @param value of the process; above 128, the signal that ended it
 * @param isCrash whether the JVM wrote a crash report of native code
 */
record ExitStatus(int value, boolean isCrash) {
    /** Of a JVM with {@code -XX:+ExitOnOutOfMemoryError}. */
    private static final int OUT_OF_MEMORY = 3;

    private static final int SIGNALLED = 128;
    private static final int KILL = 9;

    @Override
    public String toString() {
        if (isCrash) {
            return "its native code crashed";
        }
        if (value == OUT_OF_MEMORY) {
            return "it ran out of Java memory (exit status 3)";
        }
        if (value == SIGNALLED + KILL) {
            return "it was killed, as the kernel does when memory runs out (signal 9)";
        }
        return value > SIGNALLED
                ? "signal " + (value - SIGNALLED)
                : "exit status " + value + " without an answer";
    }

    /** What the user can do about it. */
    String action() {
        if (value == OUT_OF_MEMORY) {
            return "Raise -Xmx in pitlane.job.jvm-options, or use smaller batches.";
        }
        if (value == SIGNALLED + KILL) {
            return "Give the machine or container more memory, or use smaller batches.";
        }
        return "Read the end of its log, which is in the failure; report it where that does not"
                + " help.";
    }
}
