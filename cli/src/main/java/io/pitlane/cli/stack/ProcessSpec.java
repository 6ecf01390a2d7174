package io.pitlane.cli.stack;

import io.pitlane.cli.client.Credentials;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * How to start a long-lived process.
 *
 * @param name for messages
 * @param command program and arguments
 * @param log file that its output is appended to
 */
record ProcessSpec(String name, List<String> command, Path log) {

    /**
     * Starts it. Its standard input is a pipe from this process that is never written to: when this
     * process ends, however it ends, the other reads the end of its input and ends too.
     */
    Process start() throws IOException {
        var process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        // The user's credentials are for other servers; it has no use for them.
        process.environment().keySet().removeAll(Credentials.VARIABLES);
        return process.start();
    }
}
