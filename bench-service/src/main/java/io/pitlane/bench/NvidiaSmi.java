package io.pitlane.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Asks NVIDIA's command-line tool for the status of the first GPU. */
final class NvidiaSmi {
    private static final int TIMEOUT_SECONDS = 20;

    private final String command;

    /**
     * The first GPU.
     *
     * @param name its model
     * @param driver version of the driver
     * @param mig {@code Enabled} where the GPU is partitioned (MIG)
     * @param usedMib memory in use by all processes, in MiB; empty where the tool does not say
     */
    record Status(String name, String driver, String mig, OptionalLong usedMib) {
        boolean isPartitioned() {
            return mig.equals("Enabled");
        }
    }

    /**
     * @param command the tool, by path or by name
     */
    NvidiaSmi(String command) {
        this.command = command;
    }

    /** The status; empty without the tool, without a GPU, or when it does not answer. */
    Optional<Status> query() {
        try {
            var process =
                    new ProcessBuilder(
                                    command,
                                    "--query-gpu=name,driver_version,mig.mode.current,memory.used",
                                    "--format=csv,noheader,nounits")
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            process.getOutputStream().close();
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            var output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.exitValue() == 0
                    ? output.lines().findFirst().flatMap(NvidiaSmi::parse)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** A line such as {@code NVIDIA H100 80GB HBM3, 570.86.15, Disabled, 4}. */
    private static Optional<Status> parse(String line) {
        var fields = List.of(line.split(", "));
        if (fields.size() != 4) {
            return Optional.empty();
        }
        var used = fields.get(3).strip();
        return Optional.of(
                new Status(
                        fields.get(0).strip(),
                        fields.get(1).strip(),
                        fields.get(2).strip(),
                        used.matches("\\d+")
                                ? OptionalLong.of(Long.parseLong(used))
                                : OptionalLong.empty()));
    }
}
