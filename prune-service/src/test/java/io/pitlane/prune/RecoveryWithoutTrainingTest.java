package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.analysis.TrainingImages;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.finding.ReconstructionResult;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.pruning.Reconstruction;
import io.pitlane.data.QuadrantImages;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.training.checkpoint.Checkpoints;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveryWithoutTrainingTest {
    private static final float[] WEIGHTS = {1, -1, 2, -2};

    @TempDir Path folder;

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    /** Small whole numbers: sums of any order are exact. Half of the channels are always 0. */
    private static FlatGraph halfDead() {
        var net = new TestNet(-1, 8, 8, 1);
        var c1 = net.relu(net.conv("c1", "x", 1, 8));
        var c2 = net.relu(net.conv("c2", c1, 8, 4));
        var graph = net.graph(net.op("Identity", "maps", c2));
        var edit = graph.edit();
        edit.put(kernel(3 * 3 * 1, 8, true).toConst("c1/kernel"));
        edit.put(kernel(3 * 3 * 8, 4, false).toConst("c2/kernel"));
        return edit.build();
    }

    private static FloatTensor kernel(int rows, int outputs, boolean isHalfZero) {
        var values = new float[rows * outputs];
        for (int i = 0; i < values.length; i++) {
            boolean isZero = isHalfZero && i % outputs >= outputs / 2;
            values[i] = isZero ? 0 : WEIGHTS[(31 * i + i / 7) % WEIGHTS.length];
        }
        return new FloatTensor(values, new long[] {3, 3, rows / 9, outputs});
    }

    @Test
    void aReconstructionThatBringsTheOutputsNoCloserIsRejected() throws IOException {
        // Given a cut that loses nothing, so that no reconstruction is better
        var graph = halfDead();
        var cut = new ChannelPruning(0.5).prune(graph);
        assertThat(cut.removed()).isNotEmpty();

        // When
        var made = new RecoveryWithoutTraining(Reconstruction.DEFAULT, context(graph)).apply(cut);

        // Then
        var result = (ReconstructionResult) made.findings().get(0);
        assertThat(result.used()).isFalse();
        assertThat(result.layers()).isNotEmpty();
        assertThat(made.graph()).isSameAs(cut.graph());
        assertThat(made.notes().get(1))
                .startsWith("not restored: reconstruction did not bring the outputs closer");
    }

    @Test
    void aReconstructionThatBringsThemCloserIsTaken() throws IOException {
        // Given a cut of channels that count
        var graph = halfDead();
        var full = graph.edit();
        full.put(kernel(3 * 3 * 1, 8, false).toConst("c1/kernel"));
        var cut = new ChannelPruning(0.5).prune(full.build());

        // When
        var made = new RecoveryWithoutTraining(Reconstruction.DEFAULT, context(graph)).apply(cut);

        // Then
        var result = (ReconstructionResult) made.findings().get(0);
        assertThat(result.used()).isTrue();
        assertThat(result.restored().noise()).isLessThan(result.cut().noise());
        assertThat(made.graph()).isNotSameAs(cut.graph());
        assertThat(made.notes().get(1)).startsWith("restored without training: 1 layers");
    }

    private PruningContext context(FlatGraph graph) throws IOException {
        var train = QuadrantImages.write(folder, "train", 60, 1);
        var plan =
                Plan.builder()
                        .name("quadrants")
                        .data(new DataSpec(train, train))
                        .input(InputSpec.builder().channels(InputSpec.Channels.GREY).build())
                        .seed(3L)
                        .build();
        return new PruningContext(
                plan,
                graph,
                new TrainingImages(plan, folder, graph),
                Checkpoints.NONE,
                folder,
                ProgressListener.NONE);
    }
}
