package io.pitlane.pipeline.testing;

import io.pitlane.pipeline.child.ChildMain;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A class-data archive (JEP 350) for the processes that do a packaged service's jobs. Loading
 * classes is half of what a process costs whose job is short.
 */
final class ChildArchive {
    private ChildArchive() {}

    /**
     * The archive of a service; made when it is absent or older than the service.
     *
     * @param jar the service's {@code quarkus-run.jar}
     */
    static synchronized Path of(Path jar) throws IOException {
        var target = jar.toAbsolutePath().getParent().getParent();
        var archive = target.resolve("child.jsa");
        try (var channel =
                FileChannel.open(
                        target.resolve("child.jsa.lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE)) {
            channel.lock();
            if (!isNewer(archive, jar)) {
                make(archive, jar.toAbsolutePath().getParent());
            }
        }
        return archive;
    }

    private static boolean isNewer(Path archive, Path jar) throws IOException {
        return Files.exists(archive)
                && Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(jar)) > 0;
    }

    /** Has a process look for a task that is not there: that loads what every task needs. */
    private static void make(Path archive, Path application) throws IOException {
        Files.deleteIfExists(archive);
        // As the service itself names it: a JVM takes no archive of another class path.
        var classPath =
                Stream.of("app", "lib/main", "lib/boot")
                        .map(folder -> application.resolve(folder) + File.separator + "*")
                        .collect(Collectors.joining(File.pathSeparator));
        var none = archive.resolveSibling("no-task.json").toString();
        var process =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-XX:+UseSerialGC",
                                        "-XX:ArchiveClassesAtExit=" + archive,
                                        "-cp",
                                        classPath,
                                        ChildMain.class.getName(),
                                        none,
                                        none))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        process.onExit().join();
    }
}
