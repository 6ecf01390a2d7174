package io.pitlane.nas;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A replica of the packaged service, in a process and folders of its own. */
final class NasReplica implements AutoCloseable {
    private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");

    private final Process process;

    private NasReplica(Process process) {
        this.process = process;
    }

    /**
     * Starts a replica whose children have one thread.
     *
     * @param folder holds all that it writes
     */
    static NasReplica start(String bootstrapServers, String name, Path folder) throws IOException {
        var own = Files.createDirectories(folder.resolve(name));
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.add("-Dkafka.bootstrap.servers=" + bootstrapServers);
        command.add("-Dquarkus.http.port=0");
        command.add("-Dpitlane.instance=" + name);
        command.add("-Dpitlane.exit-with-parent=true");
        command.add("-Dpitlane.work.folder=" + own.resolve("work"));
        command.add("-Dpitlane.cache.folder=" + own.resolve("cache"));
        command.add("-Dpitlane.job.threads=1");
        command.add("-Dpitlane.job.jvm-options=-Xmx256m,-XX:+UseSerialGC");
        command.add("-Dpitlane.checkpoint.every=0.2S");
        // The shortest that a broker allows: a dead replica's work is taken over after that.
        command.add("-Dmp.messaging.incoming.jobs.session.timeout.ms=6000");
        command.add("-Dmp.messaging.incoming.trials.session.timeout.ms=6000");
        command.addAll(List.of("-jar", JAR.toString()));
        var log = folder.resolve(name + ".log").toFile();
        return new NasReplica(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                        .start());
    }

    /** Ends it as kill -9 does. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
