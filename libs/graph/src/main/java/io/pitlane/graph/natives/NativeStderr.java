package io.pitlane.graph.natives;

import com.sun.jna.NativeLibrary;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Separates what native libraries print on standard error from what this program prints there.
 * TensorFlow prints remarks for its developers before anything can configure its logger.
 */
public final class NativeStderr {
    private static final int STDERR = 2;
    private static final int OWNER_ONLY = 0600;

    private NativeStderr() {}

    /**
     * Sends what native code prints from now on to a file, which is replaced; {@link System#err}
     * goes on printing where it did. Does nothing where the system does not allow it.
     */
    public static void divertTo(Path file) {
        var system = NativeLibrary.getProcess();
        try {
            Files.createDirectories(file.getParent());
            int terminal = call(system, "dup", STDERR);
            // Opened by its path, because Java has no stream for a number.
            var err = new FileOutputStream("/dev/fd/" + terminal, true);
            int log = call(system, "creat", file.toString(), OWNER_ONLY);
            if (log >= 0) {
                System.err.flush();
                System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
                call(system, "dup2", log, STDERR);
                call(system, "close", log);
            }
        } catch (IOException | UnsatisfiedLinkError e) {
            // TensorFlow's remarks stay on the terminal.
        }
    }

    private static int call(NativeLibrary system, String function, Object... arguments) {
        return system.getFunction(function).invokeInt(arguments);
    }
}
