package io.pitlane.tests.faults;

import io.pitlane.pipeline.stage.StageTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Locale;

/** What a stage does half way through its work: the plan's name, or FREE for any other name. */
enum Behaviour {
    /** Continues. */
    FREE,
    /** Continues, without pauses between its steps. */
    QUICK,
    /** Waits for the test's permission. */
    HELD,
    /** As HELD, with a checkpoint at every step. */
    HASTY,
    /** Only bench waits for the test's permission. */
    HELDBENCH,
    /** Dies of a native crash. */
    SEGV,
    /** Is killed, as the kernel does when memory runs out. */
    KILLED,
    /** Uses up the Java memory. */
    EXHAUST,
    /** Exits without a reply. */
    EXIT,
    /** Hangs. */
    HANG,
    /** Prints 100,000 lines and then dies. */
    LOUD;

    static Behaviour of(StageTask task) {
        try {
            return valueOf(task.plan().name().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return FREE;
        }
    }

    boolean checkpointsAtEveryStep() {
        return this == HASTY;
    }

    void atHalf(EventLog eventLog) {
        switch (this) {
            case HELD, HASTY -> hold(eventLog);
            case SEGV -> signalSelf("SEGV");
            case KILLED -> signalSelf("KILL");
            case EXHAUST -> exhaust();
            case EXIT -> System.exit(0);
            case HANG -> eventLog.await("never");
            case LOUD -> {
                for (int i = 0; i < 100_000; i++) {
                    System.err.println("line " + i);
                }
                Runtime.getRuntime().halt(7);
            }
            default -> {
                // Continues.
            }
        }
    }

    private static void hold(EventLog eventLog) {
        eventLog.note("holds");
        eventLog.await("go");
    }

    private static void signalSelf(String signal) {
        try {
            new ProcessBuilder("kill", "-" + signal, "" + ProcessHandle.current().pid())
                    .start()
                    .waitFor();
            new EventLog("").await("never");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void exhaust() {
        var hoard = new ArrayList<byte[]>();
        while (true) {
            hoard.add(new byte[8 << 20]);
        }
    }
}
