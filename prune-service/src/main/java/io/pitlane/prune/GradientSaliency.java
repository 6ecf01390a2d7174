package io.pitlane.prune;

import io.pitlane.analysis.AffordableImages;
import io.pitlane.contract.pruning.ChannelScores;
import io.pitlane.contract.pruning.ChannelScores.Normalization;
import io.pitlane.contract.pruning.ChannelScores.Reduction;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.ChannelRead;
import io.pitlane.graph.channels.GroupSaliency;
import io.pitlane.graph.channels.LayerScores;
import io.pitlane.graph.channels.Saliency;
import io.pitlane.graph.channels.dependency.ChannelGroup;
import io.pitlane.graph.channels.dependency.DependencyGraph;
import io.pitlane.training.GateGradients;
import io.pitlane.training.GateGradients.Gate;
import io.pitlane.training.MissingGradientException;
import io.pitlane.training.loss.LossTerm;
import io.pitlane.training.loss.TaskLosses;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Saliencies of the gradient of the loss with respect to a factor of 1 on each channel, wherever it
 * is read: a mean over training images. The loss is that of the labels; without labels, the
 * divergence from the model's own outputs.
 */
final class GradientSaliency implements Saliency.Factory {
    /** A forward and a backward pass. */
    private static final int PASSES = 3;

    private static final int FEWEST_IMAGES = 128;

    private final PruneStep step;
    private final ChannelScores options;
    private final PruningContext context;
    private final DoubleUnaryOperator ofGradient;

    private GradientSaliency(
            PruneStep step,
            ChannelScores options,
            PruningContext context,
            DoubleUnaryOperator ofGradient) {
        this.step = step;
        this.options = options;
        this.context = context;
        this.ofGradient = ofGradient;
    }

    /**
     * The absolute gradient: the first-order change of the loss of an image when the channel is
     * removed (Molchanov et al. 2017, "Pruning Convolutional Neural Networks for Resource Efficient
     * Inference", section 2.2).
     */
    static GradientSaliency taylor(PruneStep step, ChannelScores options, PruningContext context) {
        return new GradientSaliency(step, options, context, Math::abs);
    }

    /**
     * Half the squared gradient: the second-order change of the loss, its Hessian approximated by
     * the empirical Fisher information (Theis et al. 2018, "Faster gaze prediction with dense
     * networks and Fisher pruning", section 2; for coupled layers Liu et al. 2021, "Group Fisher
     * Pruning for Practical Network Compression", section 3).
     */
    static GradientSaliency fisher(PruneStep step, ChannelScores options, PruningContext context) {
        return new GradientSaliency(step, options, context, gradient -> gradient * gradient / 2);
    }

    /**
     * The same, with another saliency for models that no gradient can be computed of.
     *
     * @param name of the other one, for a note
     */
    Saliency.Factory orElse(Saliency.Factory other, String name) {
        return (graph, dependencies) -> {
            try {
                return measured(graph, dependencies);
            } catch (MissingGradientException e) {
                var note = "channels are ranked by %s: %s".formatted(name, e.getMessage());
                return new NotedSaliency(other.on(graph, dependencies), note);
            }
        };
    }

    /** A saliency with one more note. */
    private record NotedSaliency(Saliency saliency, String note) implements Saliency {
        @Override
        public Map<Integer, Double> of(ChannelGroup group) {
            return saliency.of(group);
        }

        @Override
        public List<String> notes() {
            return Stream.concat(Stream.of(note), saliency.notes().stream()).toList();
        }
    }

    @Override
    public Saliency on(FlatGraph graph, DependencyGraph dependencies) {
        try {
            return measured(graph, dependencies);
        } catch (MissingGradientException e) {
            throw e.failure("Use a criterion that needs no gradient, such as l1.");
        }
    }

    private Saliency measured(FlatGraph graph, DependencyGraph dependencies) {
        var means = means(graph, dependencies);
        var normalization = options.normalizationOr(Normalization.NONE);
        var scores =
                new GroupSaliency(
                        dependencies,
                        group -> List.of(scores(group, means)),
                        normalization,
                        Reduction.SUM);
        return normalization == Normalization.NONE ? new LossEstimate(scores) : scores;
    }

    /** A saliency whose scores are losses. */
    private record LossEstimate(Saliency scores) implements Saliency {
        @Override
        public Map<Integer, Double> of(ChannelGroup group) {
            return scores.of(group);
        }

        @Override
        public boolean isLoss() {
            return true;
        }
    }

    private static LayerScores scores(ChannelGroup group, Map<Integer, Double> means) {
        return new LayerScores(
                group.removable(),
                Arrays.stream(group.removable())
                        .mapToDouble(channel -> means.getOrDefault(channel, 0.0))
                        .toArray());
    }

    private Map<Integer, Double> means(FlatGraph graph, DependencyGraph dependencies) {
        var reads = ChannelRead.of(graph, dependencies);
        if (reads.isEmpty()) {
            return Map.of();
        }
        var index = new HashMap<Integer, Integer>();
        var positions =
                reads.stream()
                        .map(read -> Arrays.stream(read.channels().ids()).map(dependencies::root))
                        .map(roots -> roots.map(r -> indexOf(r, index)))
                        .map(IntStream::toArray)
                        .toList();
        var sums = new double[index.size()];
        var images = context.images().sample(samples(graph));
        var input = context.images().input();
        try (var gates = new GateGradients(graph, input.spec(), terms(graph), gates(reads))) {
            gates.forEach(
                    images,
                    input,
                    done -> context.progress().at(done, "measuring gradients"),
                    gradients -> add(gradients, positions, sums));
        }
        var means = new HashMap<Integer, Double>();
        index.forEach((channel, i) -> means.put(channel, sums[i] / images.size()));
        return means;
    }

    private int samples(FlatGraph graph) {
        return options.samples() == null
                ? AffordableImages.of(graph, context.images().shape())
                        .count(PASSES, FEWEST_IMAGES, options.sampleCount())
                : options.samples();
    }

    private static int indexOf(int channel, Map<Integer, Integer> index) {
        int next = index.size();
        return index.computeIfAbsent(channel, c -> next);
    }

    private static List<Gate> gates(List<ChannelRead> reads) {
        return reads.stream()
                .map(read -> new Gate(read.layer(), read.slot(), read.channels().axis()))
                .toList();
    }

    private List<LossTerm> terms(FlatGraph graph) {
        var plan = context.plan();
        var losses =
                new TaskLosses(
                                plan.task(),
                                context.images().sample(samples(graph)),
                                step.fineTune())
                        .withScoredOutput(plan.output());
        return losses.labels(graph, 1)
                .map(List::of)
                .orElseGet(() -> losses.sampled(graph, plan.seed()));
    }

    /** A channel that is read at several positions or by several layers has one gradient. */
    private void add(double[][] gradients, List<int[]> positions, double[] sums) {
        var ofImage = new double[sums.length];
        for (int read = 0; read < gradients.length; read++) {
            var channels = positions.get(read);
            for (int i = 0; i < channels.length; i++) {
                ofImage[channels[i]] += gradients[read][i];
            }
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] += ofGradient.applyAsDouble(ofImage[i]);
        }
    }
}
