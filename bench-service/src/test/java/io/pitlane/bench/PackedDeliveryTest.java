package io.pitlane.bench;

import static io.pitlane.contract.artifact.DeliveryFormat.PACKED;
import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.formats.packed.PackedModelReader;
import io.pitlane.formats.packed.PackedModelWriter;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.pipeline.stage.StageOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackedDeliveryTest {
    private static final TinyClassifier HALF = new TinyClassifier(-1, 8, 0, 1);

    @TempDir private Path folder;

    @Test
    void theFileIsTheOneWhoseSizeIsReportedAndUnpacksToTheCandidate() throws IOException {
        // Given
        var run =
                new TinyRun(folder)
                        .model("original", TinyRun.ORIGINAL)
                        .model("prune", HALF)
                        .deliver(List.of(PACKED));

        // When
        var measured = run.measure(null);

        // Then
        var candidate = SavedModelReader.read(run.savedModel(1));
        var file = file(measured);
        assertThat(file).hasBinaryContent(PackedModelWriter.pack(candidate));
        assertThat(PackedModelReader.read(file, PackedModelReader.MOST_BYTES).toGraphDef())
                .isEqualTo(candidate.toGraphDef());
        var figures = measured.report().models().get(1);
        assertThat(figures.packedBytes()).isEqualTo(Files.size(file));
        assertThat(figures.notes())
                .filteredOn(note -> note.startsWith("Delivered as packed: "))
                .singleElement()
                .asString()
                .endsWith(", which unpack to the candidate's graph bit for bit.");
        assertThat(measured.report().verdict().violations())
                .noneMatch(violation -> violation.startsWith("Not delivered"));
    }

    @Test
    void onlyItsSizeIsAFigure() throws IOException {
        // Given
        var run = new TinyRun(folder).model("original", TinyRun.ORIGINAL).deliver(List.of(PACKED));

        // When
        var measured = run.measure(run.labels());

        // Then
        var figures = measured.report().models().get(0);
        assertThat(figures.accuracy()).isNotNull();
        assertThat(figures.packedBytes()).isEqualTo(Files.size(file(measured)));
        assertThat(figures.delivered())
                .singleElement()
                .satisfies(
                        packed -> {
                            assertThat(packed.sizeBytes()).isEqualTo(figures.packedBytes());
                            assertThat(packed.accuracy()).isNull();
                            assertThat(packed.fidelity()).isNull();
                            assertThat(packed.unmeasured()).contains("unpacked");
                        });
    }

    @Test
    void aFileOfAnotherModelIsNotDelivered() {
        // Given
        var packed = new PackedModels(folder).of("prune", HALF.graph());

        // When
        var same = PackedCheck.of(packed, HALF.graph());
        var other = PackedCheck.of(packed, TinyRun.ORIGINAL.graph());

        // Then
        assertThat(same.agrees()).isTrue();
        assertThat(other.agrees()).isFalse();
        assertThat(other.finding()).contains("another graph than the candidate's");
    }

    @Test
    void aFileThatIsDamagedIsNotDelivered() throws IOException {
        // Given
        var packed = new PackedModels(folder).of("prune", TinyRun.ORIGINAL.graph());
        var bytes = Files.readAllBytes(packed);
        bytes[bytes.length - 1] ^= 1;
        Files.write(packed, bytes);

        // When
        var result = PackedCheck.of(packed, TinyRun.ORIGINAL.graph());

        // Then
        assertThat(result.agrees()).isFalse();
        assertThat(result.finding())
                .contains("packed-prune.pitlane cannot be unpacked: its stream ")
                .endsWith(" is damaged");
    }

    private static Path file(StageOutcome.Measured measured) {
        assertThat(measured.deliverables()).hasSize(1);
        assertThat(measured.deliverables().get(0).format()).isEqualTo(PACKED);
        return measured.deliverables().get(0).path();
    }
}
