package io.pitlane.bench;

import io.pitlane.contract.report.Report;
import io.pitlane.engines.Processor;
import io.pitlane.graph.natives.TensorFlowRuntime;
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

    /**
     * The machine, its libraries, and the number of TensorFlow threads. To be called before
     * anything else uses a GPU: its memory that is in use then is that of other processes.
     */
    Report.Environment probe() {
        var processor = Processor.read(proc.resolve("cpuinfo"));
        return new Report.Environment(
                processor.name(),
                processor.flags(),
                new GpuProbe(proc, System.getenv()).find().orElse(null),
                TensorFlowRuntime.threads(),
                TensorFlowRuntime.version(),
                TensorFlowRuntime.usesOneDnn(),
                InstructionSet.newest(processor.flags(), InstructionSet.limit(System.getenv()))
                        .map(InstructionSet::name)
                        .orElse(null),
                Runtime.version().toString(),
                "%s %s %s"
                        .formatted(
                                System.getProperty("os.name"),
                                System.getProperty("os.version"),
                                System.getProperty("os.arch")));
    }
}
