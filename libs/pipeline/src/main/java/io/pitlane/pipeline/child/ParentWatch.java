package io.pitlane.pipeline.child;

import java.io.IOException;

/**
 * Detects the end of the process that started this one: it closes this process's standard input,
 * however it ends.
 */
public final class ParentWatch {
    private ParentWatch() {}

    /** Reads standard input to its end on a daemon thread, then runs an action. */
    public static void start(Runnable whenGone) {
        var thread =
                new Thread(
                        () -> {
                            awaitEndOfInput();
                            whenGone.run();
                        },
                        "parent-watch");
        thread.setDaemon(true);
        thread.start();
    }

    private static void awaitEndOfInput() {
        var ignored = new byte[256];
        try {
            while (System.in.read(ignored) >= 0) {
                // Only the end matters.
            }
        } catch (IOException e) {
            // A closed input has ended.
        }
    }
}
