package io.pitlane.graph.channels.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.pruning.ChannelScores;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.graph.channels.ChannelAllocation;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.channels.ChannelSelection;
import io.pitlane.graph.channels.FilterSaliency;
import io.pitlane.graph.channels.VectorUnsharing;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.inlining.RealModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The predicted cost of a cut against the footprint of the graph that is really cut. */
class CutCostsTest {
    private static final int CUTS = 5;

    @TempDir Path folder;

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    static Stream<String> samples() {
        return SampleGraphs.all().keySet().stream();
    }

    static List<String> realModels() {
        return RealModels.USABLE;
    }

    @ParameterizedTest
    @MethodSource("samples")
    void theCostOfAnyCutIsTheFootprintOfTheCutGraph(String name) {
        assertPredictionsHold(SampleGraphs.all().get(name).get());
    }

    @ParameterizedTest
    @MethodSource("realModels")
    void theCostOfAnyCutOfARealModelIsItsFootprint(String name) throws IOException {
        assertPredictionsHold(SavedModelReader.read(RealModels.unpack(name, folder)));
    }

    private static void assertPredictionsHold(FlatGraph model) {
        // Given
        var graph = VectorUnsharing.apply(model);
        var dependencies = DependencyGraph.of(graph);
        var saliency = FilterSaliency.L1.with(ChannelScores.DEFAULT).on(graph, dependencies);
        var groups =
                ChannelLimits.NONE.rank(
                        dependencies.groups(), saliency, new ChannelSelection(graph, dependencies));
        var macs = new CutCosts(new MacsCost(Map.of()), graph, dependencies, groups);
        var parameters = new CutCosts(new ParameterCost(1), graph, dependencies, groups);
        var random = new Random(5);

        for (int cut = 0; cut < CUTS; cut++) {
            // When
            var removed =
                    groups.stream().mapToInt(group -> random.nextInt(group.most() + 1)).toArray();
            var pruned = Footprint.of(pruned(graph, groups, removed));

            // Then
            assertThat(macs.of(removed)).isCloseTo(pruned.macs(), within(0.5));
            assertThat(parameters.of(removed)).isCloseTo(pruned.parameters(), within(0.5));
            for (int group = 0; group < removed.length; group++) {
                var other = removed.clone();
                other[group] = 0;
                assertThat(macs.change(removed, group, 0))
                        .isCloseTo(macs.of(other) - macs.of(removed), within(0.5));
            }
        }
    }

    private static FlatGraph pruned(FlatGraph graph, List<RankedGroup> groups, int[] removed) {
        ChannelAllocation chosen =
                (all, saliency, selection) -> {
                    for (int i = 0; i < removed.length; i++) {
                        groups.get(i).first(removed[i]).forEach(selection::remove);
                    }
                };
        return new ChannelPruning(FilterSaliency.L1.with(ChannelScores.DEFAULT), chosen)
                .prune(graph)
                .graph();
    }
}
