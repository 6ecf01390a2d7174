package io.pitlane.pipeline.process;

import java.io.IOException;

/**
 * Notices that the process which started this one is gone: its end of our standard input closes,
 * however it ended.
 */
public final class ParentWatch {
    private ParentWatch() {}

    /** Reads standard input to its end on a daemon thread, then does what is to be done. */
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
                // Nobody tells us anything; only the end counts.
            }
        } catch (IOException e) {
            // An input that cannot be read any more has ended.
        }
    }
}
