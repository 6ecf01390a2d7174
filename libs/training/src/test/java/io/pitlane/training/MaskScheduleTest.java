package io.pitlane.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.training.Training;
import io.pitlane.contract.training.Training.Optimizer;
import io.pitlane.contract.training.Training.Optimizer.Method;
import io.pitlane.data.ImageSet;
import io.pitlane.data.batch.Batch;
import io.pitlane.data.batch.Batches;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.training.checkpoint.Checkpoints;
import io.pitlane.training.head.Head;
import io.pitlane.training.loss.ClassificationLoss;
import io.pitlane.training.loss.LossTerm;
import io.pitlane.training.weights.MaskSchedule;
import io.pitlane.training.weights.MaskSchedule.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.DataType;

class MaskScheduleTest {
    private static final String KERNEL = "dense/kernel";
    private static final int STEPS_PER_EPOCH = 17;
    private static final ImageSet IMAGES = TinyModels.stripes(300, 5, true);
    private static final FlatGraph MODEL = TinyModels.classifier(1, "Softmax");

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    @Test
    void theMasksAreComputedFromTheWeightsAtTheirSteps() {
        // Given
        var schedule = new GrowingMasks(MODEL, List.of(KERNEL), 5, 40, Long.MAX_VALUE);

        // When
        var trained = run(MODEL, schedule, Checkpoints.NONE);

        // Then
        assertThat(schedule.removed).containsExactly(54, 108, 162, 216, 270, 324, 378, 432 - 43);
        var kernel = FloatTensor.of(trained.graph().node(KERNEL));
        assertThat(zeros(kernel)).isEqualTo(432 - 43);
        assertThat(schedule.masks.get(KERNEL)).isEqualTo(kernel.map(weight -> weight == 0 ? 0 : 1));
    }

    @Test
    void onlyEpochsOfTheFinalSparsityCount() {
        // Given a sparsity that the model cannot bear, reached in epoch 4 of 4
        var schedule = new GrowingMasks(MODEL, List.of(KERNEL), 60, 60, Long.MAX_VALUE);

        // When
        var trained = run(MODEL, schedule, Checkpoints.NONE);

        // Then
        assertThat(trained.bestEpoch()).isEqualTo(4);
        assertThat(zeros(FloatTensor.of(trained.graph().node(KERNEL)))).isEqualTo(432 - 43);
    }

    /** Interrupted while the sparsity grows, at a change, and between and at exchanges. */
    @ParameterizedTest
    @ValueSource(ints = {7, 10, 30, 47, 50, 51})
    void aResumedTrainingGivesTheSameWeightsAsAnUninterruptedOne(int interruptAt) {
        // Given
        Function<FlatGraph, GrowingMasks> schedule =
                model -> new GrowingMasks(model, List.of(KERNEL, "conv/kernel"), 5, 40, 45);
        var uninterrupted = run(MODEL, schedule.apply(MODEL), Checkpoints.NONE);
        var kept = new Interruption(interruptAt);
        assertThatThrownBy(() -> run(MODEL, schedule.apply(MODEL), kept)).hasMessage("interrupted");
        kept.interruptAt = Integer.MAX_VALUE;

        // When
        var resumed = run(MODEL, schedule.apply(MODEL), kept);

        // Then
        assertThat(resumed.graph().toGraphDef()).isEqualTo(uninterrupted.graph().toGraphDef());
        assertThat(resumed.bestEpoch()).isEqualTo(uninterrupted.bestEpoch());
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void weightsThatReturnStartAtZeroWithoutMomentum(Method method) {
        // Given the removed weights of a step, which have gathered momentum
        var options = options(new Optimizer(method, null, null, null));
        var removed = FloatTensor.of(MODEL.node(KERNEL)).map(weight -> 0);
        var batch = batches().inOrder().next();
        try (var graph = graph(MODEL, options, Map.of(KERNEL, removed), false)) {
            for (int step = 0; step < 5; step++) {
                graph.step(batch, 0.1, step, 1);
            }

            // When
            graph.changeMasks(state -> Map.of(KERNEL, removed.map(weight -> 1)), Map.of());

            // Then
            graph.variables()
                    .forEach(
                            (name, values) -> {
                                if (name.startsWith(KERNEL) && !name.endsWith("mask")) {
                                    assertThat(zeros(values)).as(name).isEqualTo(432);
                                }
                            });
            graph.step(batch, 0.1, 5, 1);
            assertThat(zeros(graph.constants().get(KERNEL))).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theGradientsOfRemovedWeightsAreThoseOfFiniteDifferences(boolean isSplit) {
        // Given every second weight removed
        var kernel = FloatTensor.of(MODEL.node(KERNEL));
        var mask = new FloatTensor(kernel.values().clone(), kernel.shape());
        for (int i = 0; i < mask.values().length; i++) {
            mask.values()[i] = i % 2;
        }
        var options = options(Optimizer.DEFAULT);
        var whole = batches().inOrder().next();

        // When
        FloatTensor gradient;
        try (var graph = graph(MODEL, options, Map.of(KERNEL, mask), isSplit);
                var stream =
                        isSplit
                                ? batches().inMicroBatches(5, 1 << 20).inOrder()
                                : batches().inOrder()) {
            var found = graph.gradientsOfMasked(new MicroBatches(stream.next(), stream), 1);
            gradient = found.byName().get(KERNEL);
            assertThat(found.byName()).containsOnlyKeys(KERNEL);
            assertThat(found.step().loss()).isCloseTo(loss(mask, -1, 0, whole), within(1e-5f));
        }

        // Then
        float step = 0.02f;
        for (int i = 0; i < 60; i += 7) {
            double slope = (loss(mask, i, step, whole) - loss(mask, i, -step, whole)) / (2 * step);
            assertThat((double) gradient.values()[i]).as("[%d]", i).isCloseTo(slope, within(2e-4));
        }
    }

    /** The loss with one weight of the masked kernel changed. */
    private static float loss(FloatTensor mask, int index, float change, Batch batch) {
        var kernel = FloatTensor.of(MODEL.node(KERNEL));
        var values = kernel.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] = values[i] * mask.values()[i] + (i == index ? change : 0);
        }
        var changed =
                MODEL.edit().put(new FloatTensor(values, kernel.shape()).toConst(KERNEL)).build();
        try (var graph = graph(changed, options(Optimizer.DEFAULT), Map.of(), false)) {
            return graph.loss(batch);
        }
    }

    @Test
    void aKernelThatTrainingDoesNotUpdateIsMaskedToo() {
        // Given a convolution whose kernel gets no gradient
        var edit = MODEL.edit();
        edit.put(
                NodeBuilder.of("StopGradient", "stopped")
                        .input("flat")
                        .type("T", DataType.DT_FLOAT)
                        .build());
        edit.setInput("dense", 0, TensorRef.of("stopped"));
        var model = edit.build();
        var before = FloatTensor.of(model.node("conv/kernel"));

        // When
        var trained =
                run(
                        model,
                        new GrowingMasks(model, List.of(KERNEL, "conv/kernel"), 5, 40, 45),
                        Checkpoints.NONE);

        // Then
        var after = FloatTensor.of(trained.graph().node("conv/kernel"));
        assertThat(zeros(after)).isEqualTo(36 - 3);
        for (int i = 0; i < 36; i++) {
            assertThat(after.values()[i]).isIn(0f, before.values()[i]);
        }
    }

    private static TrainedModel run(FlatGraph model, MaskSchedule schedule, Checkpoints kept) {
        return new Trainer(model, labels(model), options(Optimizer.DEFAULT), 7)
                .withMaskSchedule(schedule)
                .withCheckpoints(kept, "t")
                .run(IMAGES, TinyModels.preprocessor(model), TrainingListener.NONE);
    }

    private static TrainingGraph graph(
            FlatGraph model, Training options, Map<String, FloatTensor> masks, boolean isSplit) {
        return new TrainingGraph(
                model,
                InputSpec.DEFAULT,
                labels(model),
                options,
                Map.of(),
                masks,
                isSplit,
                Optional.empty());
    }

    private static Batches batches() {
        return new Batches(IMAGES, TinyModels.preprocessor(MODEL), 16);
    }

    private static List<LossTerm> labels(FlatGraph model) {
        var head = Head.of(model, model.signature().outputs().get(0));
        return List.of(new ClassificationLoss(head, 1, IMAGES.labels().orElseThrow(), 0));
    }

    private static Training options(Optimizer optimizer) {
        return Training.builder()
                .epochs(4)
                .learningRate(0.01)
                .batchSize(16)
                .optimizer(optimizer)
                .build();
    }

    private static int zeros(FloatTensor tensor) {
        return (int)
                IntStream.range(0, tensor.values().length)
                        .filter(i -> tensor.values()[i] == 0)
                        .count();
    }

    /**
     * Removes the smallest weights of each kernel, more every few steps up to nine tenths, then
     * exchanges three of each kernel by their gradients.
     */
    private static final class GrowingMasks implements MaskSchedule {
        private final Map<String, FloatTensor> initial = new LinkedHashMap<>();
        private final List<Integer> removed = new ArrayList<>();
        private final int every;
        private final int end;
        private final long exchanges;
        private Map<String, FloatTensor> masks;

        GrowingMasks(FlatGraph model, List<String> names, int every, int end, long exchanges) {
            names.forEach(
                    name -> initial.put(name, FloatTensor.of(model.node(name)).map(weight -> 1)));
            this.every = every;
            this.end = end;
            this.exchanges = exchanges;
        }

        @Override
        public Map<String, FloatTensor> initial() {
            return initial;
        }

        @Override
        public Change at(long step, long steps) {
            assertThat(steps).isEqualTo(4 * STEPS_PER_EPOCH);
            if (step % every != 0 || step == 0) {
                return Change.NONE;
            }
            if (step > end) {
                return step >= exchanges ? Change.BY_GRADIENTS : Change.NONE;
            }
            return Change.BY_WEIGHTS;
        }

        @Override
        public Map<String, FloatTensor> masks(long step, long steps, State state) {
            masks = new LinkedHashMap<>();
            if (step > end) {
                state.gradients().keySet().forEach(name -> masks.put(name, exchanged(name, state)));
                return masks;
            }
            state.weights()
                    .forEach(
                            (name, weights) -> {
                                int size = weights.values().length;
                                int most = size - size / 10;
                                int count = Math.min(most, (int) (size * step / end));
                                removed.add(count);
                                masks.put(name, without(weights, smallest(weights, count)));
                            });
            return masks;
        }

        private static FloatTensor exchanged(String name, State state) {
            var mask = state.masks().get(name).values();
            var weights = state.weights().get(name);
            var gradient = state.gradients().get(name).values();
            var kept = first(mask.length, i -> mask[i] == 0 ? 9 : Math.abs(weights.values()[i]), 3);
            var grown = first(mask.length, i -> mask[i] == 1 ? 9 : -Math.abs(gradient[i]), 3);
            var next = new FloatTensor(mask.clone(), weights.shape());
            kept.forEach(i -> next.values()[i] = 0);
            grown.forEach(i -> next.values()[i] = 1);
            return next;
        }

        private static List<Integer> smallest(FloatTensor weights, int count) {
            return first(weights.values().length, i -> Math.abs(weights.values()[i]), count);
        }

        private static List<Integer> first(int size, IntToDoubleFunction key, int count) {
            return IntStream.range(0, size)
                    .boxed()
                    .sorted(Comparator.comparingDouble(key::applyAsDouble))
                    .limit(count)
                    .toList();
        }

        private static FloatTensor without(FloatTensor weights, List<Integer> removed) {
            var mask = weights.map(weight -> 1);
            removed.forEach(i -> mask.values()[i] = 0);
            return mask;
        }

        @Override
        public boolean isFinal(long step, long steps) {
            return step >= end;
        }

        @Override
        public String describe() {
            return "growing";
        }
    }

    /** Keeps states in memory after every step, and interrupts the training at one of them. */
    private static final class Interruption implements Checkpoints {
        private byte[] state;
        private int interruptAt;
        private int saved;

        Interruption(int interruptAt) {
            this.interruptAt = interruptAt;
        }

        @Override
        public Duration every() {
            return Duration.ZERO;
        }

        @Override
        public Optional<byte[]> load(String name) {
            return Optional.ofNullable(state);
        }

        @Override
        public void save(String name, byte[] bytes) {
            state = bytes;
            if (++saved == interruptAt) {
                throw new IllegalStateException("interrupted");
            }
        }
    }
}
