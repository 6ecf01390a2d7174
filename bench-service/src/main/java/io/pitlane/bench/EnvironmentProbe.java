package io.pitlane.bench;

import io.pitlane.contract.Report;
import io.pitlane.model.runtime.TensorFlowRuntime;
import java.nio.file.Path;

/** Finds out what the figures are measured on. */
final class EnvironmentProbe {
    private final Path proc;

    /** Looks at this process's machine. */
    EnvironmentProbe() {
        this(Path.of("/proc"));
    }

    EnvironmentProbe(Path proc) {
        this.proc = proc;
    }

    /** The machine, its libraries, and the threads that TensorFlow has here. */
    Report.Environment probe() {
        var processor = Processor.read(proc.resolve("cpuinfo"));
        return new Report.Environment(
                processor.name(),
                processor.flags(),
                Graphics.find(proc).orElse(null),
                TensorFlowRuntime.threads(),
                tensorflow(System.getenv("TF_ENABLE_ONEDNN_OPTS")),
                Runtime.version().toString(),
                "%s %s %s"
                        .formatted(
                                System.getProperty("os.name"),
                                System.getProperty("os.version"),
                                System.getProperty("os.arch")));
    }

    /** The version, and which kernels the setting chose, since they decide the original's speed. */
    static String tensorflow(String oneDnn) {
        var version = TensorFlowRuntime.version();
        if (oneDnn == null) {
            return version;
        }
        return version + (oneDnn.equals("0") ? " without oneDNN" : " with oneDNN");
    }
}
