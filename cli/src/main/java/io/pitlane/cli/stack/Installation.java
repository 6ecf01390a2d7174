package io.pitlane.cli.stack;

import io.pitlane.contract.Failure;
import io.pitlane.contract.FailureException;
import java.nio.file.Files;
import java.nio.file.Path;

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
            throw new FailureException(
                    Failure.Kind.INTERNAL,
                    module + " is not built: " + jar + " is missing",
                    "Start Pitlane by its script, ./pitlane, which builds what is missing.");
        }
        return jar;
    }

    /** The plan that {@code pitlane demo} runs. */
    public Path demoPlan() {
        return root.resolve("examples/demo.yaml");
    }
}
