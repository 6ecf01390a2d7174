package io.pitlane.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.training.Training;
import io.pitlane.contract.training.Training.BatchNorm;
import io.pitlane.contract.training.Training.Optimizer;
import io.pitlane.contract.training.Training.Optimizer.Method;
import io.pitlane.data.ImageSet;
import io.pitlane.data.batch.Batches;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.training.checkpoint.Checkpoints;
import io.pitlane.training.head.Head;
import io.pitlane.training.head.HeadPair;
import io.pitlane.training.loss.ClassificationLoss;
import io.pitlane.training.loss.LossContext;
import io.pitlane.training.loss.LossTerm;
import io.pitlane.training.loss.SquaredErrorLoss;
import io.pitlane.training.loss.Teacher;
import io.pitlane.training.weights.BatchNorms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.VersionDef;
import org.tensorflow.types.TFloat32;

class TrainerTest {
    private static final ImageSet IMAGES = TinyModels.stripes(300, 5, true);
    private static final FlatGraph MODEL = TinyModels.classifier(1, "Softmax");

    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void everyOptimizerLearnsWithTrainedBatchNorm(Method method) {
        var optimizer = new Optimizer(method, 0.9, 1e-4, 5.0);

        var trained =
                trainer(options(8, optimizer, null)).run(IMAGES, input(), TrainingListener.NONE);

        assertThat(trained.validationLoss()).isLessThan(0.5);
        assertThat(trained.bestEpoch()).isPositive();
        assertThat(trained.epochs()).isEqualTo(8);
        assertThat(trained.steps()).isEqualTo(8 * 17);
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void aResumedTrainingGivesTheSameWeightsAsAnUninterruptedOne(Method method) {
        var options = options(4, new Optimizer(method, null, 1e-3, null), null);
        var uninterrupted = trainer(options).run(IMAGES, input(), TrainingListener.NONE);
        var kept = new InMemoryCheckpoints(30);
        var messages = new ArrayList<String>();

        assertThatThrownBy(() -> run(trainer(options).withCheckpoints(kept, "t")))
                .hasMessage("interrupted");
        kept.interruptAt = Integer.MAX_VALUE;
        var resumed =
                trainer(options)
                        .withCheckpoints(kept, "t")
                        .run(IMAGES, input(), (fraction, message, loss) -> messages.add(message));

        assertThat(messages).first().isEqualTo("resumed at step 30");
        assertThat(resumed.graph().toGraphDef()).isEqualTo(uninterrupted.graph().toGraphDef());
        assertThat(resumed)
                .usingRecursiveComparison()
                .ignoringFields("graph")
                .isEqualTo(uninterrupted);
    }

    @Test
    void aFinishedTrainingIsNotRepeated() {
        var kept = new InMemoryCheckpoints(Integer.MAX_VALUE);
        var options = options(2, Optimizer.DEFAULT, null);
        var first = run(trainer(options).withCheckpoints(kept, "t"));
        int saved = kept.saved;

        var again = run(trainer(options).withCheckpoints(kept, "t"));

        assertThat(kept.saved).isEqualTo(saved);
        assertThat(again.graph().toGraphDef()).isEqualTo(first.graph().toGraphDef());
        assertThat(again.steps()).isEqualTo(first.steps());
    }

    @Test
    void aCheckpointOfAnotherTrainingIsIgnoredWithAMessage() {
        var kept = new InMemoryCheckpoints(Integer.MAX_VALUE);
        run(trainer(options(1, Optimizer.DEFAULT, null)).withCheckpoints(kept, "t"));
        var messages = new ArrayList<String>();

        var trained =
                trainer(options(2, Optimizer.DEFAULT, null))
                        .withCheckpoints(kept, "t")
                        .run(IMAGES, input(), (fraction, message, loss) -> messages.add(message));

        assertThat(messages)
                .first()
                .isEqualTo("the checkpoint is not used: it belongs to another training");
        assertThat(trained.epochs()).isEqualTo(2);
    }

    @Test
    void anEpochThatLowersTheTrainingLossGoesBeforeTheModelThatKnowsTheValidationImages() {
        // Given: one call for the validation split, before and after those for the training images
        var counted = new ScriptedLoss(calls -> 1);
        bestEpochWithoutStart(counted);
        int last = counted.calls;

        // When
        int learning = bestEpochWithoutStart(scripted(last, 1));
        int harmful = bestEpochWithoutStart(scripted(last, 6));

        // Then
        assertThat(learning).isEqualTo(1);
        assertThat(harmful).isZero();
    }

    @ParameterizedTest
    @CsvSource({",4", "3,2"})
    void theLastEpochOfAModelThatKnowsTheValidationImagesIsKeptUnlessThereIsPatience(
            Integer patience, int expected) {
        // Given: two batches of the validation split, before training and after every 17 others
        var ofValidation = new double[] {5, 4, 2, 3, 3};
        var loss = new ScriptedLoss(c -> (c - 1) % 19 < 2 ? ofValidation[(int) (c - 1) / 19] : 1);

        // When
        var trained =
                new Trainer(MODEL, List.of(loss), options(4, Optimizer.DEFAULT, patience), 7)
                        .withoutStart()
                        .run(IMAGES, input(), TrainingListener.NONE);

        // Then
        assertThat(trained.bestEpoch()).isEqualTo(expected);
        assertThat(trained.validationLoss()).isEqualTo(ofValidation[expected]);
    }

    private static ScriptedLoss scripted(int last, double ofTraining) {
        return new ScriptedLoss(calls -> calls == 1 ? 5 : calls == last ? 6 : ofTraining);
    }

    private static int bestEpochWithoutStart(ScriptedLoss loss) {
        return new Trainer(MODEL, List.of(loss), options(1, Optimizer.DEFAULT, null), 7)
                .withoutStart()
                .run(IMAGES, input(), TrainingListener.NONE)
                .bestEpoch();
    }

    @Test
    void trainingStopsEarlyWhenPatienceIsExhausted() {
        var messages = new ArrayList<String>();
        var rising = new ScriptedLoss(calls -> calls);

        var trained =
                new Trainer(MODEL, List.of(rising), options(20, Optimizer.DEFAULT, 3), 7)
                        .run(IMAGES, input(), (fraction, message, loss) -> messages.add(message));

        assertThat(trained.epochs()).isEqualTo(3);
        assertThat(trained.bestEpoch()).isZero();
        assertThat(trained.graph().toGraphDef()).isEqualTo(MODEL.toGraphDef());
        assertThat(messages)
                .last()
                .isEqualTo("stopped after epoch 3: no improvement since epoch 0");
    }

    @Test
    void aNonFiniteLossRollsBackAndHalvesTheLearningRate() {
        var messages = new ArrayList<String>();
        var onceBroken = new ScriptedLoss(calls -> calls == 45 ? Double.NaN : 1);

        var trained =
                new Trainer(
                                MODEL,
                                List.of(labels(), onceBroken),
                                options(3, Optimizer.DEFAULT, null),
                                7)
                        .run(IMAGES, input(), (fraction, message, loss) -> messages.add(message));

        assertThat(trained.halvings()).isEqualTo(1);
        assertThat(trained.steps()).isEqualTo(3 * 17);
        assertThat(messages).anyMatch(m -> m.endsWith("back to step 34, rate 0.00500"));
        for (float value : FloatTensor.of(trained.graph().node("conv/kernel")).values()) {
            assertThat(value).isFinite();
        }
    }

    @Test
    void aLossThatStaysNonFiniteFails() {
        var broken = new ScriptedLoss(calls -> calls > 10 ? Double.NaN : 1);

        assertThatThrownBy(
                        () ->
                                run(
                                        new Trainer(
                                                MODEL,
                                                List.of(labels(), broken),
                                                options(3, Optimizer.DEFAULT, null),
                                                7)))
                .isInstanceOf(FailureException.class)
                .hasMessage("Training diverged in epoch 1: the loss is NaN.")
                .extracting(e -> ((FailureException) e).action())
                .isEqualTo(
                        "Lower the learning rate, which is 0.01; training tried down to 0.00125.");
    }

    @Test
    void variablesOfATermAreTrainedAndNotExported() {
        var options = options(6, Optimizer.DEFAULT, null);

        var trained = run(new Trainer(MODEL, List.of(new Hint()), options, 7));

        assertThat(trained.graph().nodes()).hasSameSizeAs(MODEL.nodes());
        assertThat(trained.validationLoss()).isLessThan(0.02);
        assertThat(FloatTensor.of(trained.graph().node("dense/kernel")))
                .isEqualTo(FloatTensor.of(MODEL.node("dense/kernel")));
    }

    @Test
    void aTeacherSeesTheAugmentedImages() {
        var augmentation = new Training.Augmentation(true, 1, 0.3);
        var options =
                Training.builder()
                        .epochs(3)
                        .learningRate(0.01)
                        .batchSize(16)
                        .augmentation(augmentation)
                        .build();
        try (var session = GraphSession.open(MODEL)) {
            var teacher = new Teacher(session, IMAGES.size(), augmentation);
            var same = new SquaredErrorLoss(HeadPair.of(MODEL, MODEL).get(0), 1, teacher);

            var trained = run(new Trainer(MODEL, List.of(same), options, 7));

            // A student that is its own teacher has a loss only if both see different images.
            assertThat(trained.validationLoss()).isLessThan(1e-9);
            assertThat(distance(trained.graph(), MODEL)).isLessThan(1e-2);
        }
    }

    @Test
    void aTeacherOfFixedBatchSizeRunsInChunks() {
        var fixed = TinyModels.classifier(1, "Softmax", 5);
        var batch = new Batches(IMAGES, input(), 12).inOrder().next();
        try (var any = GraphSession.open(MODEL);
                var five = GraphSession.open(fixed)) {
            var expected = any.run(batch.images(), TensorRef.of("logits"));

            var answers =
                    new Teacher(five, IMAGES.size(), Training.Augmentation.NONE)
                            .of(TensorRef.of("logits"))
                            .apply(batch);

            assertThat(answers.shape()).containsExactly(12, 3);
            for (int i = 0; i < 36; i++) {
                assertThat(answers.values()[i]).isCloseTo(expected.values()[i], within(1e-5f));
            }
        }
    }

    private static double distance(FlatGraph one, FlatGraph other) {
        float[] left = FloatTensor.of(one.node("dense/kernel")).values();
        float[] right = FloatTensor.of(other.node("dense/kernel")).values();
        double most = 0;
        for (int i = 0; i < left.length; i++) {
            most = Math.max(most, Math.abs(left[i] - right[i]));
        }
        return most;
    }

    @Test
    void otherInputsGetTheirConstants() {
        var edit = MODEL.edit();
        edit.put(
                NodeBuilder.of("Placeholder", "keep")
                        .type("dtype", DataType.DT_FLOAT)
                        .shape("shape")
                        .build());
        edit.put(
                NodeBuilder.of("Mul", "kept")
                        .input("flat")
                        .input("keep")
                        .type("T", DataType.DT_FLOAT)
                        .build());
        edit.setInput("dense", 0, TensorRef.of("kept"));
        var inputs = new ArrayList<>(MODEL.signature().inputs());
        inputs.add(
                new GraphSignature.Port(
                        "keep_prob", TensorRef.of("keep"), DataType.DT_FLOAT, List.of()));
        var model =
                GraphEditor.of(
                                edit.build().nodes(),
                                new GraphSignature(
                                        "serving_default", inputs, MODEL.signature().outputs()),
                                VersionDef.newBuilder().setProducer(1882).build())
                        .build();

        var trained =
                run(new Trainer(model, List.of(labels()), options(3, Optimizer.DEFAULT, null), 7));
        var alone =
                run(new Trainer(MODEL, List.of(labels()), options(3, Optimizer.DEFAULT, null), 7));

        assertThat(distance(trained.graph(), alone.graph())).isLessThan(1e-4);
    }

    private static TrainedModel run(Trainer trainer) {
        return trainer.run(IMAGES, input(), TrainingListener.NONE);
    }

    @ParameterizedTest
    @CsvSource({"16, auto, true", "15, auto, false", "15, trained, true", "16, frozen, false"})
    void batchNormIsTrainedOnBatchesThatAreLargeEnough(
            int batchSize, String batchNorm, boolean isTrained) {
        // Given
        var options =
                options(1, Optimizer.DEFAULT, null).toBuilder()
                        .batchSize(batchSize)
                        .batchNorm(BatchNorm.valueOf(batchNorm.toUpperCase(Locale.ROOT)))
                        .build();

        // When
        var trained = trainer(options).run(IMAGES, input(), TrainingListener.NONE).graph();

        // Then
        var mean = BatchNorms.of(MODEL).get(0).getInput(3);
        assertThat(trained.node(mean).equals(MODEL.node(mean))).isEqualTo(!isTrained);
    }

    private static Trainer trainer(Training options) {
        return new Trainer(MODEL, List.of(labels()), options, 7);
    }

    private static LossTerm labels() {
        var head = Head.of(MODEL, MODEL.signature().outputs().get(0));
        return new ClassificationLoss(head, 1, IMAGES.labels().orElseThrow(), 0.1);
    }

    private static Preprocessor input() {
        return TinyModels.preprocessor(MODEL);
    }

    private static Training options(int epochs, Optimizer optimizer, Integer patience) {
        return Training.builder()
                .epochs(epochs)
                .learningRate(0.01)
                .batchSize(16)
                .optimizer(optimizer)
                .batchNorm(BatchNorm.TRAINED)
                .patience(patience)
                .build();
    }

    /** Stores states in memory after every step, and interrupts the training at one of them. */
    private static final class InMemoryCheckpoints implements Checkpoints {
        private final Map<String, byte[]> states = new HashMap<>();
        private int interruptAt;
        private int saved;

        InMemoryCheckpoints(int interruptAt) {
            this.interruptAt = interruptAt;
        }

        @Override
        public Duration every() {
            return Duration.ZERO;
        }

        @Override
        public Optional<byte[]> load(String name) {
            return Optional.ofNullable(states.get(name));
        }

        @Override
        public void save(String name, byte[] state) {
            states.put(name, state);
            if (++saved == interruptAt) {
                throw new IllegalStateException("interrupted");
            }
        }
    }

    /** A loss with given values, whatever the model predicts. */
    private static final class ScriptedLoss implements LossTerm {
        private final DoubleUnaryOperator values;
        private int calls;

        ScriptedLoss(DoubleUnaryOperator values) {
            this.values = values;
        }

        @Override
        public List<TensorRef> student() {
            return List.of(TensorRef.of("logits"));
        }

        @Override
        public Operand<TFloat32> attach(LossContext graph, List<Operand<TFloat32>> student) {
            var tf = graph.tf();
            var told =
                    graph.placeholder(
                            Shape.scalar(),
                            batch ->
                                    new FloatTensor(
                                            new float[] {(float) values.applyAsDouble(++calls)}));
            var nothing =
                    tf.math.mul(
                            tf.constant(0f),
                            tf.math.mean(student.get(0), tf.constant(new int[] {0, 1})));
            return tf.math.add(told, nothing);
        }
    }

    /** Trains a projection of the features to 1. */
    private record Hint() implements LossTerm {
        @Override
        public List<TensorRef> student() {
            return List.of(TensorRef.of("flat"));
        }

        @Override
        public Operand<TFloat32> attach(LossContext graph, List<Operand<TFloat32>> student) {
            var tf = graph.tf();
            var regressor = graph.variable("regressor", new FloatTensor(new float[144], 144, 1));
            var bias = graph.variable("bias", new FloatTensor(new float[1], 1));
            var guess = tf.math.add(tf.linalg.matMul(student.get(0), regressor), bias);
            var off = tf.math.squaredDifference(guess, tf.constant(1f));
            return tf.math.mean(off, tf.constant(new int[] {0, 1}));
        }
    }
}
