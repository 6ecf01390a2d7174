package io.pitlane.bench;

import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import io.pitlane.contract.report.Report;
import io.pitlane.graph.natives.TensorFlowRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Detects the GPU that TensorFlow uses, its driver, and whether others may use it too. */
final class GpuProbe {
    private static final String MODEL = "Model:";
    private static final Pattern DRIVER = Pattern.compile("\\b(\\d+[.]\\d+([.]\\d+)?)\\b");

    /** The context of a process that uses a GPU takes more. */
    private static final long IDLE_MIB = 256;

    private final Path proc;
    private final Map<String, String> environment;
    private final NvidiaSmi smi;

    /**
     * A probe of this machine or container.
     *
     * @param proc where NVIDIA's driver has its files, {@code /proc}
     * @param environment of this process
     */
    GpuProbe(Path proc, Map<String, String> environment) {
        this(proc, environment, new NvidiaSmi("nvidia-smi"));
    }

    GpuProbe(Path proc, Map<String, String> environment, NvidiaSmi smi) {
        this.proc = proc;
        this.environment = environment;
        this.smi = smi;
    }

    /** The first GPU; empty when TensorFlow has none. */
    Optional<Report.Gpu> find() {
        // Asked first: TensorFlow takes most of a GPU's memory.
        var gpu = describe();
        TensorFlowRuntime.load();
        return Engine.getEngine("TensorFlow").hasCapability(StandardCapabilities.CUDA)
                ? Optional.of(gpu)
                : Optional.empty();
    }

    /** The first GPU as {@code nvidia-smi} and, without it, the driver's files say. */
    Report.Gpu describe() {
        var status = smi.query();
        return new Report.Gpu(
                status.map(NvidiaSmi.Status::name).or(this::modelFile).orElse("GPU"),
                status.map(NvidiaSmi.Status::driver).or(this::driverFile).orElse(null),
                sharing(status));
    }

    private String sharing(Optional<NvidiaSmi.Status> status) {
        if (isSet("CUDA_MPS_PIPE_DIRECTORY") || isSet("CUDA_MPS_ACTIVE_THREAD_PERCENTAGE")) {
            return "MPS";
        }
        if (isPartition() || status.filter(NvidiaSmi.Status::isPartitioned).isPresent()) {
            return "MIG";
        }
        return status.map(GpuProbe::use).orElse("unknown");
    }

    private static String use(NvidiaSmi.Status status) {
        if (status.usedMib().isEmpty()) {
            return "unknown";
        }
        long used = status.usedMib().getAsLong();
        return used < IDLE_MIB ? "none seen" : "other processes held %d MiB".formatted(used);
    }

    private boolean isSet(String variable) {
        return !environment.getOrDefault(variable, "").isEmpty();
    }

    private boolean isPartition() {
        return Stream.of("NVIDIA_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES")
                .anyMatch(name -> environment.getOrDefault(name, "").contains("MIG-"));
    }

    /** The first GPU's model name. */
    private Optional<String> modelFile() {
        try (var gpus = Files.newDirectoryStream(proc.resolve("driver/nvidia/gpus"))) {
            for (var gpu : gpus) {
                for (var line : Files.readAllLines(gpu.resolve("information"))) {
                    if (line.startsWith(MODEL)) {
                        return Optional.of(line.substring(MODEL.length()).strip());
                    }
                }
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    /** The first line is that of the kernel module, with its version. */
    private Optional<String> driverFile() {
        try {
            var text = Files.readString(proc.resolve("driver/nvidia/version"));
            var version = DRIVER.matcher(text.lines().findFirst().orElse(""));
            return version.find() ? Optional.of(version.group(1)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
