package io.pitlane.pipeline.process;

import io.pitlane.pipeline.child.ChildMain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line and the environment of a child JVM. */
final class ChildCommand {
    private final ChildSettings settings;
    private final TaskFiles files;
    private final int threads;

    /**
     * A command.
     *
     * @param threads for native arithmetic
     */
    ChildCommand(ChildSettings settings, TaskFiles files, int threads) {
        this.settings = settings;
        this.files = files;
        this.threads = threads;
    }

    ProcessBuilder toProcess() {
        var builder = new ProcessBuilder(arguments()).directory(files.folder().toFile());
        var environment = builder.environment();
        ChildEnvironment.keepHarmless(environment, settings.environment());
        environment.put("OMP_NUM_THREADS", String.valueOf(threads));
        environment.put("TF_NUM_INTRAOP_THREADS", String.valueOf(threads));
        environment.putIfAbsent("TF_CPP_MIN_LOG_LEVEL", "1");
        return builder;
    }

    private List<String> arguments() {
        var arguments = new ArrayList<String>();
        arguments.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // After an OutOfMemoryError on some thread a child may neither work nor end.
        arguments.add("-XX:+ExitOnOutOfMemoryError");
        arguments.add("-XX:ErrorFile=" + files.crashReport());
        // Gigabytes, in a folder that nobody looks into.
        arguments.add("-XX:-CreateCoredumpOnCrash");
        arguments.add("-D" + ChildMain.THREADS + "=" + threads);
        arguments.addAll(settings.jvmOptions());
        arguments.add("-cp");
        arguments.add(ChildClassPath.current());
        arguments.add(ChildMain.class.getName());
        arguments.add(files.task().toString());
        arguments.add(files.reply().toString());
        return arguments;
    }
}
