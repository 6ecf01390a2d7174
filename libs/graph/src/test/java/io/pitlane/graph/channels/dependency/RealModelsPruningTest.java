package io.pitlane.graph.channels.dependency;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.channels.ChannelGroups;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.channels.VectorUnsharing;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.inlining.ModelOutputs;
import io.pitlane.graph.savedmodel.inlining.RealModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RealModelsPruningTest {
    @TempDir Path folder;

    static List<String> realModels() {
        return RealModels.USABLE;
    }

    @ParameterizedTest
    @MethodSource("realModels")
    void aRealModelLosesHalfOfEachGroupOrItsNotesSayWhyNot(String name) throws IOException {
        // Given
        var graph = SavedModelReader.read(RealModels.unpack(name, folder));
        var own = VectorUnsharing.apply(graph);

        // When
        var pruned = new ChannelPruning(0.5).prune(graph);

        // Then
        var expected = ModelOutputs.of(ZeroedChannels.zeroed(own, pruned.removed()), 3, 1);
        assertThat(expected.relativeDifference(ModelOutputs.of(pruned.graph(), 3, 1)))
                .isLessThan(1e-4);
        for (var group : ChannelGroups.of(graph)) {
            var named = String.join(", ", group.layers());
            if (group.removable() > 1) {
                assertThat(Footprint.of(pruned.graph()).parameters())
                        .isLessThan(Footprint.of(graph).parameters());
            } else {
                assertThat(pruned.notes())
                        .anyMatch(
                                note -> note.contains(named + ": ") || note.contains(named + ","));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "keras2-residual, 0.35",
        "keras3-depthwise, 0.50",
        "keras2-unet, 0.40",
        "keras3-unet, 0.40",
        "keras3-any-size, 0.35",
        "keras2-detector, 0.50",
        "keras3-grouped, 0.80",
        "keras3-pyramid, 0.55",
        "module-shuffle, 0.55",
        "tf1-reference-variables, 0.55",
        "tf1-estimator, 0.40",
        "tf1-segmenter, 0.40",
    })
    void halfTheChannelsAreAboutAQuarterOfTheWeights(String name, double share) throws IOException {
        // Given
        var graph = SavedModelReader.read(RealModels.unpack(name, folder));

        // When
        var pruned = new ChannelPruning(0.5).prune(graph).graph();

        // Then
        assertThat(Footprint.of(pruned).parameters())
                .isLessThan((long) (share * Footprint.of(graph).parameters()));
    }
}
