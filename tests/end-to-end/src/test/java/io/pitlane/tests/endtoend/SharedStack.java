package io.pitlane.tests.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One stack for every test class that takes one as it is. It starts with the first of them and is
 * stopped after the last; the classes take turns by {@code @ResourceLock(SharedStack.NAME)}.
 */
final class SharedStack implements BeforeAllCallback {
    static final String NAME = "stack";

    /** Often enough for a training of seconds to be taken up again. */
    private static final Map<String, String> FREQUENT = Map.of("PITLANE_CHECKPOINT_EVERY", "0.3S");

    private Stack stack;

    @Override
    public void beforeAll(ExtensionContext context) {
        stack =
                context.getRoot()
                        .getStore(ExtensionContext.Namespace.create(SharedStack.class))
                        .computeIfAbsent(Running.class, key -> new Running(), Running.class)
                        .stack;
    }

    Stack get() {
        return stack;
    }

    /** What JUnit closes at the end of the run. */
    private static final class Running implements AutoCloseable {
        private final Path home;
        private final Stack stack;

        Running() {
            try {
                home = Files.createTempDirectory("stack");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            stack = Stack.start(home, FREQUENT);
        }

        @Override
        public void close() throws IOException {
            stack.close();
            try (var files = Files.walk(home)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
