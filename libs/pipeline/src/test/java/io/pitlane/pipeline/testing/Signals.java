package io.pitlane.pipeline.testing;

import java.io.IOException;

/** Signals to processes, beyond the two that Java can send. */
public final class Signals {
    private Signals() {}

    /**
     * Sends a signal.
     *
     * @param name such as {@code STOP}
     */
    public static void send(String name, long pid) {
        try {
            var status =
                    new ProcessBuilder("kill", "-" + name, String.valueOf(pid))
                            .inheritIO()
                            .start()
                            .waitFor();
            if (status != 0) {
                throw new AssertionError("kill -" + name + " ended with " + status);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
