package io.pitlane.pipeline.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A replica of a packaged service, in a process and folders of its own. */
public final class ServiceProcess implements Replica {
    /** Of the module whose tests run. */
    private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");

    private final Process process;
    private final Path folder;
    private final Path log;

    private ServiceProcess(Process process, Path folder, Path log) {
        this.process = process;
        this.folder = folder;
        this.log = log;
    }

    /**
     * Starts a replica of the service that the module under test packages.
     *
     * @param name of the instance
     * @param folder holds all that it writes
     * @param settings add to ours or replace them
     */
    public static ServiceProcess start(
            String bootstrapServers, String name, Path folder, Map<String, String> settings)
            throws IOException {
        return start(JAR, bootstrapServers, name, folder, settings);
    }

    /**
     * Starts a replica of any packaged service.
     *
     * @param jar its {@code quarkus-run.jar}
     */
    public static ServiceProcess start(
            Path jar,
            String bootstrapServers,
            String name,
            Path folder,
            Map<String, String> settings)
            throws IOException {
        var all = new LinkedHashMap<>(settings);
        all.putIfAbsent("kafka.bootstrap.servers", bootstrapServers);
        return start(jar, name, folder, all, Map.of());
    }

    /**
     * Starts a replica of the service that the module under test packages, on a cluster that the
     * environment names.
     *
     * @param environment further environment variables, which a list of processes does not show
     */
    public static ServiceProcess startIn(
            Map<String, String> environment, String name, Path folder, Map<String, String> settings)
            throws IOException {
        return start(JAR, name, folder, settings, environment);
    }

    private static ServiceProcess start(
            Path jar,
            String name,
            Path folder,
            Map<String, String> settings,
            Map<String, String> environment)
            throws IOException {
        var own = Files.createDirectories(folder.resolve(name));
        var all = new LinkedHashMap<String, String>();
        all.put("quarkus.http.port", "0");
        all.put("pitlane.exit-with-parent", "true");
        all.put("pitlane.work.folder", own.resolve("work").toString());
        all.put("pitlane.cache.folder", own.resolve("cache").toString());
        all.putAll(Replica.settings(name, settings));
        all.merge(
                "pitlane.job.jvm-options",
                "-XX:SharedArchiveFile=" + ChildArchive.of(jar),
                (options, archive) -> options + "," + archive);
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        all.forEach((setting, value) -> command.add("-D" + setting + "=" + value));
        command.addAll(List.of("-jar", jar.toString()));
        var log = folder.resolve(name + ".log");
        var builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return new ServiceProcess(builder.start(), own, log);
    }

    @Override
    public void kill() {
        // Of one that ended long ago, another process may have the id, and would be waited for.
        if (process.isAlive()) {
            process.destroyForcibly().onExit().join();
        }
    }

    @Override
    public void terminate() {
        askToEnd();
        process.onExit().join();
    }

    @Override
    public void askToEnd() {
        // Not destroy(), which closes its input as well: it would think that we are gone.
        if (process.isAlive()) {
            Signals.send("TERM", process.pid());
        }
    }

    /** Freezes it where it is; it can still be killed. */
    public void pause() {
        Signals.send("STOP", process.pid());
    }

    /** Goes on after {@link #pause}. */
    public void resume() {
        Signals.send("CONT", process.pid());
    }

    @Override
    public boolean isAlive() {
        return process.isAlive();
    }

    /** The processes that do its work at this moment. */
    public List<ProcessHandle> children() {
        return process.children().filter(ProcessHandle::isAlive).toList();
    }

    /** What it keeps on disk. */
    public Path folder() {
        return folder;
    }

    /** Everything that this replica and those of the same name before it have logged. */
    public String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        kill();
    }
}
