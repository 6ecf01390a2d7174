package io.pitlane.cli.stack;

import io.pitlane.cli.client.Credentials;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A long-lived process to start.
 *
 * @param name what people know it by
 * @param command program and arguments
 * @param log file that its output is appended to
 */
record ProcessSpec(String name, List<String> command, Path log) {

    /**
     * Starts it. Its standard input is a pipe from this process that is never written to: when this
     * process ends, however it ends, the other sees the end of its input and ends too.
     */
    Process start() throws IOException {
        var process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        // The user's credentials for other servers are none of its business.
        process.environment().keySet().removeAll(Credentials.VARIABLES);
        return process.start();
    }
}
