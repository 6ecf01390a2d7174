package io.pitlane.pipeline.process;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The class path of child JVMs: that of this JVM. */
final class ChildClassPath {
    private static final String RUNNER = "quarkus-run.jar";

    private ChildClassPath() {}

    static String current() {
        return of(System.getProperty("java.class.path"));
    }

    /**
     * The runner jar of Quarkus lists its libraries in an index of its own, not in its manifest.
     */
    static String of(String classPath) {
        var jar = Path.of(classPath.split(File.pathSeparator, 2)[0]).toAbsolutePath();
        if (!jar.endsWith(RUNNER)) {
            return classPath;
        }
        return List.of("app", "lib/main", "lib/boot").stream()
                .map(folder -> jar.resolveSibling(folder) + File.separator + "*")
                .collect(Collectors.joining(File.pathSeparator));
    }
}
