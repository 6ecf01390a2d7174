package io.pitlane.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.failure.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationTest {
    @TempDir Path root;
    private Installation installation;
    private Path target;

    @BeforeEach
    void given() {
        installation = new Installation(root);
        target = root.resolve("prune-service/target");
    }

    @Test
    void theClassPathOfAPackagedServiceBeginsWithItsOwnJars() throws IOException {
        var classes = Files.createDirectories(target.resolve("classes"));
        var library = file("quarkus-app/lib/main/a.library.jar");
        var own = file("quarkus-app/app/prune-service.jar");

        assertThat(installation.classPath("prune-service"))
                .containsExactly(own, library)
                .doesNotContain(classes);
    }

    @Test
    void aServiceThatIsOnlyCompiledHasItsClasses() throws IOException {
        var classes = Files.createDirectories(target.resolve("classes"));

        assertThat(installation.classPath("prune-service")).containsExactly(classes);
    }

    @Test
    void aServiceThatIsNotBuiltIsNamed() {
        assertThatThrownBy(() -> installation.classPath("prune-service"))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("prune-service is not built");
    }

    private Path file(String name) throws IOException {
        var file = target.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.createFile(file);
    }
}
