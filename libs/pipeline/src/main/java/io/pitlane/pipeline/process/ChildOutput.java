package io.pitlane.pipeline.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.pipeline.child.ChildProgress;
import io.pitlane.pipeline.stage.ProgressListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a child prints, read on two daemon threads: progress lines on standard output go to the
 * listener, everything else to the log.
 */
final class ChildOutput {
    /** In milliseconds; a process that the child started may keep the output open. */
    private static final long JOIN_TIMEOUT = 5_000;

    private final Process child;
    private final BoundedLog log;
    private final ProgressListener progress;
    private final Thread output = thread("child-output", this::readOutput);
    private final Thread errors = thread("child-errors", this::readErrors);

    ChildOutput(Process child, BoundedLog log, ProgressListener progress) {
        this.child = child;
        this.log = log;
        this.progress = progress;
    }

    private static Thread thread(String name, Runnable reading) {
        var thread = new Thread(reading, name);
        thread.setDaemon(true);
        return thread;
    }

    void start() {
        output.start();
        errors.start();
    }

    /** Waits until everything that the child printed is read. */
    void join() throws InterruptedException {
        output.join(JOIN_TIMEOUT);
        errors.join(JOIN_TIMEOUT);
    }

    private void readErrors() {
        try (var in = child.getErrorStream()) {
            in.transferTo(log);
        } catch (IOException e) {
            // The child was ended while it printed.
        }
    }

    private void readOutput() {
        try (var lines = child.inputReader(StandardCharsets.UTF_8)) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var reported = parseProgress(line);
                if (reported.isPresent()) {
                    report(reported.get());
                } else {
                    log.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            // The child was ended while it printed.
        }
    }

    private void report(ChildProgress reported) {
        if (reported.losses().isEmpty()) {
            progress.at(reported.fraction(), reported.message());
        }
        reported.losses()
                .forEach(loss -> progress.at(reported.fraction(), reported.message(), loss));
    }

    private static Optional<ChildProgress> parseProgress(String line) {
        if (!line.startsWith("{\"fraction\":")) {
            return Optional.empty();
        }
        try {
            return Optional.of(ContractJson.MAPPER.readValue(line, ChildProgress.class));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
