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
 * One stack for all test classes that only submit runs to it. It starts with the first of them and
 * is stopped after the last.
 */
final class SharedStack implements BeforeAllCallback {
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
            stack = Stack.start(home, Map.of());
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
