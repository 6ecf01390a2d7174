package io.pitlane.cli.stack;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A built checkout of Pitlane, with its services and examples.
 *
 * @param root its folder
 */
public record Installation(Path root) {

    /**
     * The installation that the {@code pitlane} script started.
     *
     * @throws FailureException when the system property {@code pitlane.home} does not name one
     */
    public static Installation find() {
        var home = System.getProperty("pitlane.home");
        if (home == null || !Files.isDirectory(Path.of(home))) {
            throw new FailureException(
                    Failure.Kind.INTERNAL,
                    "the system property pitlane.home does not name Pitlane's folder",
                    "Start Pitlane by its script, ./pitlane.");
        }
        return new Installation(Path.of(home).toAbsolutePath().normalize());
    }

    /**
     * The jar that starts a service.
     *
     * @param module the service's folder
     * @throws FailureException when it is not built
     */
    Path runner(String module) {
        var jar = root.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
        if (!Files.isRegularFile(jar)) {
            throw notBuilt(module, jar);
        }
        return jar;
    }

    /**
     * Where the classes of a service are: its own jars, then those of its libraries. Where it is
     * compiled but not packaged, as in a build that is under way, its classes alone.
     *
     * @param module the service's folder
     * @throws FailureException when it is not built
     */
    List<Path> classPath(String module) {
        var target = root.resolve(module).resolve("target");
        var own = jars(target.resolve("quarkus-app/app"));
        if (!own.isEmpty()) {
            return Stream.concat(
                            own.stream(), jars(target.resolve("quarkus-app/lib/main")).stream())
                    .toList();
        }
        var classes = target.resolve("classes");
        if (!Files.isDirectory(classes)) {
            throw notBuilt(module, target.resolve("quarkus-app"));
        }
        return List.of(classes);
    }

    private static List<Path> jars(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FailureException notBuilt(String module, Path missing) {
        return new FailureException(
                Failure.Kind.INTERNAL,
                module + " is not built: " + missing + " is missing",
                "Start Pitlane by its script, ./pitlane, which builds what is missing.");
    }

    /** The plan that {@code pitlane demo} runs. */
    public Path demoPlan() {
        return root.resolve("examples/demo.yaml");
    }
}
