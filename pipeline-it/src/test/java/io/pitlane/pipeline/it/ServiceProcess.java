package io.pitlane.pipeline.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A replica of the packaged service, in a process and folders of its own. */
final class ServiceProcess implements AutoCloseable {
    private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");

    private final Process process;

    private ServiceProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts a replica.
     *
     * @param folder holds all that it writes
     */
    static ServiceProcess start(
            String bootstrapServers, String name, Path folder, Map<String, String> settings)
            throws IOException {
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
        command.add("-Dpitlane.job.jvm-options=-Xmx64m,-XX:TieredStopAtLevel=1,-XX:+UseSerialGC");
        // The shortest that a broker allows: a dead replica's work is taken over after that.
        command.add("-Dmp.messaging.incoming.jobs.session.timeout.ms=6000");
        command.add("-Dmp.messaging.incoming.trials.session.timeout.ms=6000");
        settings.forEach((setting, value) -> command.add("-D" + setting + "=" + value));
        command.addAll(List.of("-jar", JAR.toString()));
        var log = folder.resolve(name + ".log").toFile();
        return new ServiceProcess(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                        .start());
    }

    /** Ends it as kill -9 does. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Ends it as kill does. */
    void terminate() {
        process.destroy();
        process.onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
