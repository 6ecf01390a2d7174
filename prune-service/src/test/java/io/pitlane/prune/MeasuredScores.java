package io.pitlane.prune;

import io.pitlane.analysis.TrainingImages;
import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.training.checkpoint.Checkpoints;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The scores of a saliency that is measured on grey images. */
final class MeasuredScores {
    private static final InputSpec INPUT =
            InputSpec.builder().channels(InputSpec.Channels.GREY).scale(1 / 255.0).build();

    private MeasuredScores() {}

    static PruningContext context(FlatGraph graph, DataSource train, Path folder, PruneStep step) {
        var plan =
                Plan.builder()
                        .name("quadrants")
                        .model("original")
                        .data(new DataSpec(train, train))
                        .input(INPUT)
                        .steps(List.of(step))
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

    /** Those of the channels of the first layer, in their order. */
    static double[] of(FlatGraph graph, DataSource train, Path folder, PruneStep step) {
        var dependencies = DependencyGraph.of(graph);
        var group = dependencies.groups().get(0);
        var scores =
                ChannelSaliency.of(step, context(graph, train, folder, step))
                        .on(graph, dependencies)
                        .of(group);
        return Arrays.stream(group.filters().get(0).channels().ids())
                .map(dependencies::root)
                .mapToDouble(scores::get)
                .toArray();
    }
}
