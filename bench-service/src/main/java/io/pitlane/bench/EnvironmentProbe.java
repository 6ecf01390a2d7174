package io.pitlane.bench;

import io.pitlane.contract.Report;
import io.pitlane.model.runtime.TensorFlowRuntime;
import java.nio.file.Path;

/** Determines the hardware and software on which the figures are measured. */
final class EnvironmentProbe {
    private final Path proc;

    /** A probe of this machine. */
    EnvironmentProbe() {
        this(Path.of("/proc"));
    }

    EnvironmentProbe(Path proc) {
        this.proc = proc;
    }

    /** The machine, its libraries, and the number of TensorFlow threads. */
    Report.Environment probe() {
        var processor = Processor.read(proc.resolve("cpuinfo"));
        return new Report.Environment(
                processor.name(),
                processor.flags(),
                GpuProbe.find(proc).orElse(null),
                TensorFlowRuntime.threads(),
                tensorflow(System.getenv("TF_ENABLE_ONEDNN_OPTS")),
                Runtime.version().toString(),
                "%s %s %s"
                        .formatted(
                                System.getProperty("os.name"),
                                System.getProperty("os.version"),
                                System.getProperty("os.arch")));
    }

    /** The version, and whether oneDNN is on, since its kernels decide the original's latency. */
    static String tensorflow(String oneDnn) {
        var version = TensorFlowRuntime.version();
        if (oneDnn == null) {
            return version;
        }
        return version + (oneDnn.equals("0") ? " without oneDNN" : " with oneDNN");
    }
}
