package io.pitlane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.artifact.ModelFileFormat;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.artifact.Archive;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackCommandTest {
    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path model;
    private Path file;

    @BeforeEach
    void writeAModel() {
        model = folder.resolve("signs");
        file = folder.resolve("signs.pitlane");
        SavedModelWriter.write(SampleGraphs.plain(), model);
    }

    @Test
    void whatIsUnpackedHasTheDigestOfTheModel() {
        // Given
        var unpacked = folder.resolve("unpacked");

        // When
        assertThat(run("pack", model, "--out", file)).isZero();
        assertThat(run("unpack", file, "--out", unpacked)).isZero();

        // Then
        assertThat(out.toString()).contains(file.toString(), "times smaller than");
        assertThat(digest(unpacked)).isEqualTo(digest(model));
    }

    @Test
    void aPackedModelIsUnpackedIntoTheFormatOfAnEngine() {
        // Given
        var onnx = folder.resolve("signs.onnx");
        run("pack", model, "--out", file);

        // When
        assertThat(run("unpack", file, "--format", "onnx", "--out", onnx)).isZero();

        // Then
        assertThat(ModelFileFormat.of(onnx)).contains(ModelFileFormat.ONNX);
    }

    @Test
    void aPackedModelTakesThePlaceOfASavedModel() throws IOException {
        // Given
        var again = folder.resolve("again.pitlane");
        var tflite = folder.resolve("signs.tflite");
        run("pack", model, "--out", file);

        // When
        assertThat(run("pack", file, "--out", again)).isZero();
        assertThat(run("export", file, "--format", "tflite", "--out", tflite)).isZero();

        // Then
        assertThat(again).hasSameBinaryContentAs(file);
        assertThat(ModelFileFormat.of(tflite)).contains(ModelFileFormat.TFLITE);
    }

    @Test
    void anUpdateIsUnpackedWithTheDeployedModelOnly() throws IOException {
        // Given
        var retrained = folder.resolve("retrained");
        SavedModelWriter.write(retrained(SampleGraphs.plain()), retrained);
        var update = folder.resolve("update.pitlane");
        var updated = folder.resolve("updated");
        run("pack", model, "--out", file);

        // When
        assertThat(run("pack", retrained, "--base", model, "--out", update)).isZero();

        // Then
        assertThat(Files.size(update)).isLessThan(Files.size(file));
        assertThat(run("unpack", update, "--out", updated)).isEqualTo(ExitCode.WRONG_INPUT);
        assertThat(run("unpack", update, "--base", retrained, "--out", updated))
                .isEqualTo(ExitCode.WRONG_INPUT);
        assertThat(updated).doesNotExist();
        assertThat(err.toString()).contains("--base", "but the base has");
        assertThat(run("unpack", update, "--base", file, "--out", updated)).isZero();
        assertThat(digest(updated)).isEqualTo(digest(retrained));
    }

    @Test
    void aDamagedFileLeavesTheModelThatIsThere() throws IOException {
        // Given
        var unpacked = folder.resolve("unpacked");
        run("pack", model, "--out", file);
        run("unpack", file, "--out", unpacked);
        var bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);

        // When
        assertThat(run("unpack", file, "--out", unpacked)).isEqualTo(ExitCode.WRONG_INPUT);

        // Then
        assertThat(err.toString()).contains("is damaged", "pack the model again");
        assertThat(SavedModelReader.read(unpacked).nodes()).isNotEmpty();
    }

    @Test
    void anotherFileIsNeitherUnpackedNorReplaced() throws IOException {
        // Given
        var notes = Files.writeString(folder.resolve("notes.txt"), "notes");

        // Then
        assertThat(run("pack", model, "--out", notes)).isEqualTo(ExitCode.WRONG_INPUT);
        assertThat(run("unpack", notes, "--out", folder.resolve("u")))
                .isEqualTo(ExitCode.WRONG_INPUT);
        assertThat(run("unpack", folder.resolve("missing"), "--out", folder.resolve("u")))
                .isEqualTo(ExitCode.WRONG_INPUT);
        assertThat(notes).hasContent("notes");
        assertThat(err.toString())
                .contains("is not a packed model (.pitlane), so it is not replaced")
                .contains("it is no packed model")
                .contains("missing does not exist");
    }

    private static FlatGraph retrained(FlatGraph graph) {
        var weights = FloatTensor.of(graph.node("dense1/kernel"));
        return graph.edit().put(weights.map(v -> v * 1.001).toConst("dense1/kernel")).build();
    }

    private String digest(Path saved) {
        return Archive.pack(saved, folder.resolve("packed.tar.gz")).digest();
    }

    private int run(String command, Object... more) {
        var arguments = new ArrayList<String>(List.of(command));
        for (var argument : more) {
            arguments.add(argument.toString());
        }
        return Pitlane.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }
}
