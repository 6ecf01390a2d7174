package io.pitlane.formats.packed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PackedFormTest {
    private static final int HEAD = 300;
    private static final int DAMAGES = 1000;
    private static final int FORGERIES = 60;
    private static final long MOST = PackedModelReader.MOST_BYTES;

    @TempDir private Path folder;

    private static Map<String, Supplier<FlatGraph>> models() {
        var models = new LinkedHashMap<>(SampleGraphs.all());
        models.put("floats", PackedSamples::floats);
        models.put("int8", PackedSamples::int8);
        models.put("pruned", PackedSamples::pruned);
        models.put("clustered", PackedSamples::clustered);
        models.put("steps", PackedSamples::steps);
        return models;
    }

    static Stream<String> names() {
        return models().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyModelComesBackBitForBit(String name) throws IOException {
        // Given
        var graph = models().get(name).get();

        // When
        var packed = PackedModelWriter.pack(graph);
        var read = read(packed);

        // Then
        assertThat(read.toGraphDef()).isEqualTo(graph.toGraphDef());
        assertThat(read.signature()).isEqualTo(graph.signature());
        assertThat(savedModel(read, "read")).isEqualTo(savedModel(graph, "packed"));
    }

    @Test
    void theFileDependsOnTheModelAlone() {
        // Given
        var graph = PackedSamples.int8();

        // Then
        assertThat(PackedModelWriter.pack(graph)).isEqualTo(PackedModelWriter.pack(graph));
    }

    @Test
    void integersBehindWeightsAreCoded() {
        // Given
        int weights = 3 * 3 * 3 * 24 + 3 * 3 * 24 * 32 + 512 * 64 + 64 * 10;

        // Then: below the entropy of each code by itself
        assertThat(PackedModelWriter.pack(PackedSamples.int8()).length).isLessThan(weights);
        assertThat(PackedModelWriter.pack(PackedSamples.clustered()).length)
                .isLessThan(weights * 4 / 16);
        assertThat(PackedModelWriter.pack(PackedSamples.pruned()).length)
                .isLessThan(weights * 4 / 6);
        assertThat(PackedModelWriter.pack(PackedSamples.steps()).length)
                .isLessThan(PackedModelWriter.pack(PackedSamples.pruned()).length / 2);
    }

    @Test
    void everyDamageIsFound() throws IOException {
        // Given
        var packed = PackedModelWriter.pack(PackedSamples.steps());
        var random = new Random(7);

        for (int i = 0; i < DAMAGES; i++) {
            // When
            int at = i < HEAD ? i : random.nextInt(packed.length);
            var flipped = packed.clone();
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            var cut = Arrays.copyOf(packed, at);
            var doubled = new byte[packed.length + 1];
            System.arraycopy(packed, 0, doubled, 0, at + 1);
            System.arraycopy(packed, at, doubled, at + 1, packed.length - at);

            // Then
            for (var damaged : List.of(flipped, cut, doubled)) {
                assertThatThrownBy(() -> read(damaged))
                        .as("byte %d", at)
                        .isInstanceOf(FailureException.class)
                        .hasMessageContaining("model.pitlane cannot be unpacked: ");
            }
        }
    }

    @Test
    void aStreamThatWasChangedTogetherWithItsChecksumIsFound() throws IOException {
        // Given
        var packed = PackedModelWriter.pack(PackedSamples.int8());
        var random = new Random(8);

        for (int i = 0; i < FORGERIES; i++) {
            // When
            var file = PackedFile.of(packed, MOST);
            var stream = file.streams().get(i % file.streams().size());
            stream[random.nextInt(stream.length)] ^= (byte) (1 << random.nextInt(8));
            var forged = file.bytes();

            // Then
            assertThatThrownBy(() -> read(forged))
                    .isInstanceOf(FailureException.class)
                    .hasMessageContaining("model.pitlane cannot be unpacked: ");
        }
    }

    @Test
    void aModelThatIsLargerThanAcceptedIsRefused() throws IOException {
        // Given
        var file = file(PackedModelWriter.pack(PackedSamples.floats()));

        // Then
        assertThatThrownBy(() -> PackedModelReader.read(file, 100_000))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("and 100000 are accepted");
    }

    @Test
    void anotherFileIsNamed() throws IOException {
        // Given
        var file = Files.writeString(folder.resolve("notes.txt"), "notes about a model");

        // Then
        assertThatThrownBy(() -> PackedModelReader.read(file, MOST))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("notes.txt cannot be unpacked: it is no packed model");
    }

    @Test
    void whatIsReadFromTheWrittenSavedModelPacksToTheSameFile() {
        // Given
        var packed = PackedModelWriter.pack(PackedSamples.int8());
        SavedModelWriter.write(PackedSamples.int8(), folder.resolve("saved"));

        // When
        var read = SavedModelReader.read(folder.resolve("saved"));

        // Then
        assertThat(PackedModelWriter.pack(read)).isEqualTo(packed);
    }

    private FlatGraph read(byte[] packed) throws IOException {
        return PackedModelReader.read(file(packed), MOST);
    }

    private Path file(byte[] packed) throws IOException {
        return Files.write(folder.resolve("model.pitlane"), packed);
    }

    private byte[] savedModel(FlatGraph graph, String name) throws IOException {
        SavedModelWriter.write(graph, folder.resolve(name));
        return Files.readAllBytes(folder.resolve(name).resolve("saved_model.pb"));
    }
}
