package io.pitlane.nas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.ClassifierShape;
import io.pitlane.contract.DataSource;
import io.pitlane.contract.DataSpec;
import io.pitlane.contract.InputSpec;
import io.pitlane.contract.Job;
import io.pitlane.contract.NasStep;
import io.pitlane.contract.NasStep.Cost;
import io.pitlane.contract.NasStep.Objective;
import io.pitlane.contract.Plan;
import io.pitlane.contract.SearchSpace;
import io.pitlane.contract.SearchSpace.Block;
import io.pitlane.contract.StageName;
import io.pitlane.contract.Training;
import io.pitlane.contract.Trial;
import io.pitlane.contract.TrialScore;
import io.pitlane.model.data.InputLayout;
import io.pitlane.model.data.QuadrantImages;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.Footprint;
import io.pitlane.model.graph.GraphSignature;
import io.pitlane.model.graph.TensorRef;
import io.pitlane.model.runtime.TensorFlowRuntime;
import io.pitlane.model.savedmodel.SavedModelReader;
import io.pitlane.model.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.pipeline.stage.TrialStage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.DataType;

class NasStageTest {
    private static final InputSpec INPUT =
            new InputSpec(null, null, null, InputSpec.Channels.GREY, 1 / 255.0, null, null);
    private static final ClassifierShape SHAPE = new ClassifierShape(8, 8, 1, 4);
    private static final String TRIED = "s8k3|d16x1k3s2";

    @TempDir static Path folder;
    private static Path original;
    private static DataSource train;
    private static DataSource test;

    @BeforeAll
    static void trainAnOriginal() throws IOException {
        TensorFlowRuntime.load();
        train = QuadrantImages.write(folder, "train", 400, 1);
        test = QuadrantImages.write(folder, "test", 400, 2);
        var untrained = untrained();
        var plan = plan(step(Objective.DEFAULT), train);
        var trained =
                Lesson.open(plan, untrained, folder)
                        .train(untrained, training(8, 0.01), 0, t -> t, (share, message) -> {});
        original = folder.resolve("original");
        SavedModelWriter.write(trained.graph(), original);
    }

    private static FlatGraph untrained() {
        var image = port("x", List.of(-1L, 8L, 8L, 1L));
        var outline =
                new Outline(
                        "serving_default",
                        image,
                        InputLayout.of(image, 1),
                        port("probs", List.of(-1L, 4L)),
                        Outline.Ending.SOFTMAX,
                        SHAPE);
        return new NetworkBuilder(outline, 3).build(Genome.parse("s16|c32x2s2"));
    }

    private static GraphSignature.Port port(String name, List<Long> shape) {
        return new GraphSignature.Port(name, TensorRef.of(name), DataType.DT_FLOAT, shape);
    }

    private static Training training(int epochs, double rate) {
        return new Training(
                epochs, rate, 32, null, null, null, null, Training.BatchNorm.TRAINED, 0.2, null);
    }

    private static NasStep step(Objective objective) {
        var stage =
                new SearchSpace.Stage(
                        List.of(Block.CONV, Block.SEPARABLE),
                        List.of(8, 16),
                        List.of(1),
                        List.of(3),
                        List.of(2),
                        null,
                        null);
        return new NasStep(
                new SearchSpace(
                        1, new SearchSpace.Stem(List.of(8), null, null, null), List.of(stage)),
                new NasStep.Search(null, null, null, 2, null),
                objective,
                training(2, 0.02),
                new NasStep.Budget(3, null),
                0.5,
                training(6, 0.02));
    }

    private static Plan plan(NasStep step, DataSource training) {
        return new Plan(
                "quadrants",
                "original",
                null,
                null,
                null,
                new DataSpec(training, test),
                INPUT,
                List.of(step),
                null,
                3L);
    }

    private static StageTask task(Plan plan, String preparation) throws IOException {
        var model = new StageTask.LocalModel("original", original, "0", 0, List.of());
        return new StageTask(
                "run",
                plan,
                0,
                List.of(model),
                folder,
                "0",
                List.of(),
                Files.createTempDirectory(folder, "output"),
                Files.createTempDirectory(folder, "checkpoints"),
                30,
                preparation);
    }

    private static Job job(Plan plan) {
        return new Job("run", plan, 0, null, List.of(), List.of(), Instant.EPOCH);
    }

    private static TrialScore score(Plan plan, Trial trial) {
        try {
            return new NasTrialStage().score(task(plan, null), trial, ProgressListener.NONE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theServiceLoaderFindsBothStages() {
        assertThat(ServiceLoader.load(Stage.class))
                .filteredOn(NasStage.class::isInstance)
                .singleElement()
                .satisfies(stage -> assertThat(stage.name()).isEqualTo(StageName.NAS));
        assertThat(ServiceLoader.load(TrialStage.class))
                .singleElement()
                .isInstanceOf(NasTrialStage.class);
    }

    @Test
    void theOriginalIsMeasuredAsItIs() {
        var plan = plan(step(Objective.DEFAULT), train);

        var score = score(plan, Trial.ofOriginal(job(plan)));

        var footprint = Footprint.of(SavedModelReader.read(original));
        assertThat(score.shape()).isEqualTo(SHAPE);
        assertThat(score.macs()).isEqualTo(footprint.macs());
        assertThat(score.parameters()).isEqualTo(footprint.parameters());
        assertThat(score.accuracy()).isGreaterThan(0.9);
        assertThat(score.latencyMillis()).isNull();
    }

    @Test
    void aTrialTrainsItsArchitectureAndGivesTheSameScoreAgain() {
        var plan = plan(step(new Objective(Cost.LATENCY, null, null, null, null)), train);
        var trial = new Trial(job(plan), 4, TRIED, 3);

        var score = score(plan, trial);

        var network = Network.of(Genome.parse(TRIED), SHAPE);
        assertThat(score.number()).isEqualTo(4);
        assertThat(score.epochs()).isEqualTo(3);
        assertThat(score.macs()).isEqualTo(network.macs());
        assertThat(score.parameters()).isEqualTo(network.parameters());
        assertThat(score.accuracy()).isGreaterThan(0.5);
        assertThat(score.latencyMillis()).isPositive();
        assertThat(score(plan, trial).accuracy()).isEqualTo(score.accuracy());
    }

    @Test
    void theWinnerOfASearchIsTrainedToTheEndAndKnowsTheClasses() throws IOException {
        var plan = plan(step(Objective.DEFAULT), train);
        var exchange = new FakeExchange(trial -> score(plan, trial), 1);
        var result = Searches.run(exchange, job(plan));
        var fractions = new ArrayList<Double>();

        var made =
                (ModelMade)
                        new NasStage()
                                .run(
                                        task(plan, result.toJson()),
                                        (fraction, message) -> fractions.add(fraction));

        var model = SavedModelReader.read(made.savedModel());
        assertThat(
                        Lesson.open(plan(step(Objective.DEFAULT), test), model, folder)
                                .accuracy(model, training(1, 0.1)))
                .isGreaterThan(0.8);
        assertThat(model.signature().outputs().get(0).name()).isEqualTo("probs");
        assertThat(Footprint.of(model).macs()).isEqualTo(result.winner().macs());
        assertThat(fractions).isSorted().last().isEqualTo(1.0);
        assertThat(fractions.get(0)).isCloseTo(0.5, within(1e-9));
        assertThat(made.notes())
                .startsWith("genome: " + result.winner().genome())
                .anyMatch(note -> note.matches("trained for 6 epochs, the best of them .*"))
                .anyMatch(note -> note.startsWith("picked: the highest accuracy"))
                .anyMatch(
                        note ->
                                note.startsWith(
                                        "3 architectures in 3 trainings by 2 replicas"
                                                + " (replica-0: 1, replica-1: 2);"))
                .anyMatch(note -> note.startsWith("Pareto front: 0."))
                .anyMatch(note -> note.startsWith("search space version 1, 4 architectures"));
    }

    @Test
    void withoutLabelsTheOriginalsAnswersStandForThem() throws IOException {
        var plan = plan(step(Objective.DEFAULT), new DataSource.Idx("train-images", null));

        var score = score(plan, new Trial(job(plan), 0, TRIED, 3));
        var ofOriginal = score(plan, Trial.ofOriginal(job(plan)));

        assertThat(score.accuracy()).isGreaterThan(0.5);
        assertThat(ofOriginal.accuracy()).isEqualTo(1);
    }

    @Test
    void tooFewImagesToSetAnyAsideAreRefused() throws IOException {
        var few = QuadrantImages.write(folder, "few", 40, 3);
        var plan = plan(step(Objective.DEFAULT), few);

        assertThatThrownBy(() -> score(plan, new Trial(job(plan), 0, TRIED, 1)))
                .hasMessageContaining("40 training images, too few");
    }
}
