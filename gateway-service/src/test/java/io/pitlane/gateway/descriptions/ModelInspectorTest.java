package io.pitlane.gateway.descriptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.gateway.errors.ApiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process is a shell here; {@code $1} to {@code $3} are what the inspector adds. */
class ModelInspectorTest {
    /** Settings of the machine, of its native libraries, and what a shell sets itself. */
    private static final String HARMLESS =
            "PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_.*|TZ|TMPDIR|TMP|TEMP|(LD|DYLD)_LIBRARY_PATH"
                    + "|LD_PRELOAD|(TF|TENSORFLOW|XLA|CUDA|NVIDIA|NCCL|OMP|KMP|MKL|DNNL|ONEDNN|DJL"
                    + "|MALLOC)_.*|PWD|OLDPWD|SHLVL|_";

    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir Path folder;

    private Path model;
    private Path work;

    @BeforeEach
    void upload() throws IOException {
        model = Files.writeString(folder.resolve("0a1b"), "a packed model");
        work = folder.resolve("work");
    }

    private ModelInspector shell(String script, Duration deadline) {
        return new ModelInspector(List.of("sh", "-c", script, "pitlane"), deadline, work);
    }

    private AbstractThrowableAssert<?, ?> assertRefused(ModelInspector inspector, int status) {
        return assertThatThrownBy(() -> inspector.describe(model))
                .isInstanceOf(ApiException.class)
                .satisfies(
                        e ->
                                assertThat(((ApiException) e).status().getStatusCode())
                                        .isEqualTo(status));
    }

    @Test
    void theDescriptionIsWhatTheCommandPrints() throws IOException {
        // When
        var description =
                shell("echo '{\"command\": \"'$1 $3'\", \"model\": \"'`cat $2`'\"}'", MINUTE)
                        .describe(model);

        // Then
        assertThat(description.get("command").asText()).isEqualTo("inspect --json");
        assertThat(description.get("model").asText()).isEqualTo("a packed model");
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void theProcessHasNoneOfTheCredentialsOfTheGateway() {
        var names = shell("env | sed 's/=.*//' | tr '\\n' ' ' | sed 's/.*/\"&\"/'", MINUTE);

        assertThat(names.describe(model).asText().split(" "))
                .contains("PATH")
                .allSatisfy(name -> assertThat(name).matches(HARMLESS));
    }

    @Test
    void whatIsWrongWithAModelIsToldAsTheCommandTellsIt() {
        var inspector =
                shell(
                        "echo a line of TensorFlow >&2; echo \"pitlane: $2 is no SavedModel\" >&2;"
                                + " echo '  Export it again.' >&2; exit 2",
                        MINUTE);

        assertRefused(inspector, 422)
                .hasMessage("the model is no SavedModel")
                .extracting(e -> ((ApiException) e).action())
                .isEqualTo("Export it again.");
    }

    @Test
    void aModelThatKillsTheProcessIsRefused() {
        assertRefused(shell("kill -11 $$", MINUTE), 422).hasMessageContaining("exit code 139");
        assertRefused(shell("head -c 9000000 /dev/zero", MINUTE), 422)
                .hasMessageContaining("larger than 8388608 bytes");
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void aModelThatTakesForEverIsGivenUp() {
        assertRefused(shell("exec sleep 60", Duration.ofMillis(300)), 422)
                .hasMessageContaining("takes longer than");
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void aGatewayWithoutACommandSaysSo() {
        assertRefused(new ModelInspector(List.of(), MINUTE, work), 501)
                .extracting(e -> ((ApiException) e).action())
                .asString()
                .contains("pitlane inspect MODEL", "pitlane.inspect.command");
    }
}
