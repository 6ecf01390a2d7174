package io.pitlane.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the compiled classes of every module to {@link ArchitectureRules}. */
class ArchitectureTest {
    private static final Path ROOT = Path.of(System.getProperty("pitlane.root"));
    private static final ArchitectureRules RULES = new ArchitectureRules("io.pitlane");

    private static final String SAMPLE = ArchitectureTest.class.getPackageName() + ".sample";

    private static JavaClasses delivered;

    @BeforeAll
    static void readClasses() {
        delivered = new ClassFileImporter().importPaths(modules());
    }

    private static List<Path> modules() {
        try (var top = Files.list(ROOT);
                var libraries = Files.list(ROOT.resolve("libs"))) {
            return Stream.concat(top, libraries)
                    .map(module -> module.resolve("target/classes"))
                    .filter(Files::isDirectory)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Set<String> rules() {
        return RULES.byName().keySet();
    }

    @Test
    void classesOfEveryModuleAreRead() {
        // Given
        var modules =
                delivered.stream()
                        .map(type -> type.getPackageName().split("\\.")[2])
                        .collect(Collectors.toSet());

        // Then
        assertThat(modules)
                .contains("contract", "graph", "data", "evaluation", "training", "report")
                .contains("engines", "formats", "pipeline", "kafka", "gateway", "cli")
                .containsAll(ArchitectureRules.TECHNIQUES);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void deliveredClassesKeep(String rule) {
        RULES.byName().get(rule).as(rule).check(delivered);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aForbiddenDependencyBreaks(String rule) {
        // Given
        var sample = new ClassFileImporter().importPackages(SAMPLE);
        var rules = new ArchitectureRules(SAMPLE);

        // Then
        assertThatThrownBy(() -> rules.byName().get(rule).as(rule).check(sample))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(rule);
    }
}
