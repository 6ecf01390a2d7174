package io.pitlane.tests.endtoend;

import io.pitlane.pipeline.testing.ContainerCluster;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Where a test's plans are run: processes of this machine, or containers of the build's images
 * where the build asks for them by {@code -Pcontainers}.
 */
interface Stack extends AutoCloseable {

    /** Starts a stack with more in its services' environment; it lives until it is closed. */
    static Stack start(Path work, Map<String, String> environment) {
        return ContainerCluster.askedFor()
                ? ContainerStack.start(environment)
                : new ProcessStack(work, environment);
    }

    /** A stack for a single {@code compress}, which brings up processes by itself. */
    static Stack forOneRun() {
        return ContainerCluster.askedFor() ? ContainerStack.start(Map.of()) : new NoStack();
    }

    /**
     * Starts {@code pitlane compress} against it.
     *
     * @param work the folder of the command line's home and output
     */
    default PitlaneProcess compress(Path work, Path plan, String... more) {
        var arguments = Stream.concat(Stream.of("compress", plan.toString()), Stream.of(more));
        return PitlaneProcess.start(work, environment(), arguments.toArray(String[]::new));
    }

    /** What the command line needs in its environment to find it. */
    Map<String, String> environment();

    /** What stands on its topics. */
    StackTopics topics();

    /**
     * Waits until a service works on a job, then kills it as {@code kill -9} does. Whoever
     * supervises it starts it again.
     */
    void killInMidStep(String service);

    @Override
    void close();
}
