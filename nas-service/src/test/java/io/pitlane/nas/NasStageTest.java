package io.pitlane.nas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.run.Job;
import io.pitlane.contract.search.ClassifierShape;
import io.pitlane.contract.search.Trial;
import io.pitlane.contract.search.TrialScore;
import io.pitlane.contract.step.NasStep;
import io.pitlane.contract.step.SearchObjective;
import io.pitlane.contract.step.SearchObjective.Cost;
import io.pitlane.contract.step.SearchOptions;
import io.pitlane.contract.step.SearchSpace;
import io.pitlane.contract.step.SearchSpace.Block;
import io.pitlane.contract.step.StageName;
import io.pitlane.contract.training.DistillationLoss;
import io.pitlane.contract.training.Training;
import io.pitlane.data.QuadrantImages;
import io.pitlane.data.preprocessing.InputLayout;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import io.pitlane.pipeline.stage.StageTask;
import io.pitlane.pipeline.stage.TrialStage;
import io.pitlane.pipeline.trial.TrialSearch;
import io.pitlane.training.TrainingListener;
import io.pitlane.training.head.Head;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
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
            InputSpec.builder().channels(InputSpec.Channels.GREY).scale(1 / 255.0).build();
    private static final ClassifierShape SHAPE = new ClassifierShape(8, 8, 1, 4);
    private static final String GENOME = "s8k3|d16x1k3s2";

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
        var plan = plan(step(SearchObjective.DEFAULT), train);
        var trained =
                TrialTraining.open(plan, untrained, folder)
                        .train(
                                untrained,
                                training(8, 0.01),
                                TrialTraining.LABELS_ONLY,
                                t -> t,
                                TrainingListener.NONE);
        original = folder.resolve("original");
        SavedModelWriter.write(trained.graph(), original);
    }

    private static FlatGraph untrained() {
        var image = port("x", List.of(-1L, 8L, 8L, 1L));
        var target =
                new NetworkInterface(
                        "serving_default",
                        image,
                        InputLayout.of(image, 1),
                        port("probs", List.of(-1L, 4L)),
                        Head.Kind.SOFTMAX,
                        SHAPE);
        return new NetworkBuilder(target, 3).build(Genome.parse("s16|c32x2s2"));
    }

    private static GraphSignature.Port port(String name, List<Long> shape) {
        return new GraphSignature.Port(name, TensorRef.of(name), DataType.DT_FLOAT, shape);
    }

    private static Training training(int epochs, double rate) {
        return Training.builder()
                .epochs(epochs)
                .learningRate(rate)
                .batchSize(32)
                .batchNorm(Training.BatchNorm.TRAINED)
                .validation(0.2)
                .build();
    }

    private static NasStep step(SearchObjective objective) {
        var stage =
                SearchSpace.Stage.builder()
                        .block(List.of(Block.CONV, Block.SEPARABLE))
                        .width(List.of(8, 16))
                        .depth(List.of(1))
                        .kernel(List.of(3))
                        .stride(List.of(2))
                        .build();
        return NasStep.builder()
                .space(
                        new SearchSpace(
                                1,
                                new SearchSpace.Stem(List.of(8), null, null, null),
                                List.of(stage)))
                .search(SearchOptions.builder().parallel(2).build())
                .objective(objective)
                .trial(training(2, 0.02))
                .budget(new NasStep.Budget(3, null))
                .loss(DistillationLoss.builder().softTargets(0.5).build())
                .training(training(6, 0.02))
                .build();
    }

    private static Plan plan(NasStep step, DataSource training) {
        return Plan.builder()
                .name("quadrants")
                .model("original")
                .data(new DataSpec(training, test))
                .input(INPUT)
                .steps(List.of(step))
                .seed(3L)
                .build();
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

    private static SearchResult search(TrialSearch trials, Job job) {
        return new SearchCoordinator(
                        trials, job, ProgressListener.NONE, () -> false, Clock.systemUTC())
                .run()
                .orElseThrow();
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
    void theOriginalIsScoredWithoutTraining() {
        var plan = plan(step(SearchObjective.DEFAULT), train);

        var score = score(plan, Trial.ofOriginal(job(plan)));

        var footprint = Footprint.of(SavedModelReader.read(original));
        assertThat(score.shape()).isEqualTo(SHAPE);
        assertThat(score.macs()).isEqualTo(footprint.macs());
        assertThat(score.parameters()).isEqualTo(footprint.parameters());
        assertThat(score.accuracy()).isGreaterThan(0.9);
        assertThat(score.latencyMillis()).isNull();
    }

    @Test
    void aTrialTrainsItsArchitectureAndIsRepeatable() {
        var plan = plan(step(SearchObjective.builder().cost(Cost.LATENCY).build()), train);
        var trial = new Trial(job(plan), 4, GENOME, 3);

        var score = score(plan, trial);

        var network = Network.of(Genome.parse(GENOME), SHAPE);
        assertThat(score.number()).isEqualTo(4);
        assertThat(score.epochs()).isEqualTo(3);
        assertThat(score.macs()).isEqualTo(network.macs());
        assertThat(score.parameters()).isEqualTo(network.parameters());
        assertThat(score.accuracy()).isGreaterThan(0.5);
        assertThat(score.latencyMillis()).isPositive();
        assertThat(score(plan, trial).accuracy()).isEqualTo(score.accuracy());
    }

    @Test
    void theWinnerOfASearchIsTrainedAndClassifiesTestImages() throws IOException {
        var plan = plan(step(SearchObjective.DEFAULT), train);
        var trials = new InMemoryTrialSearch(trial -> score(plan, trial), 1);
        var result = search(trials, job(plan));
        var fractions = new ArrayList<Double>();

        var made =
                (ModelMade)
                        new NasStage()
                                .run(
                                        task(plan, result.toJson()),
                                        (fraction, message) -> fractions.add(fraction));

        var model = SavedModelReader.read(made.savedModel());
        assertThat(
                        TrialTraining.open(plan(step(SearchObjective.DEFAULT), test), model, folder)
                                .accuracy(model, training(1, 0.1)))
                .isGreaterThan(0.8);
        assertThat(model.signature().outputs().get(0).name()).isEqualTo("probs");
        assertThat(Footprint.of(model).macs()).isEqualTo(result.winner().macs());
        assertThat(fractions).isSorted().last().isEqualTo(1.0);
        assertThat(fractions.get(0)).isCloseTo(0.5, within(1e-9));
        assertThat(made.notes())
                .startsWith("genome: " + result.winner().genome())
                .anyMatch(note -> note.matches("trained for 6 epochs; best epoch \\d, .*"))
                .anyMatch(note -> note.startsWith("picked: the highest accuracy"))
                .anyMatch(
                        note ->
                                note.startsWith(
                                        "3 architectures in 3 trainings by 2 replicas"
                                                + " (replica-0: 1, replica-1: 2);"))
                .anyMatch(note -> note.startsWith("Pareto front: validation accuracy 0."))
                .anyMatch(note -> note.startsWith("search space version 1, 4 architectures"));
    }

    @Test
    void withoutLabelsTheOriginalsPredictionsArePseudoLabels() throws IOException {
        var plan = plan(step(SearchObjective.DEFAULT), new DataSource.Idx("train-images", null));

        var score = score(plan, new Trial(job(plan), 0, GENOME, 3));
        var originalScore = score(plan, Trial.ofOriginal(job(plan)));

        assertThat(score.accuracy()).isGreaterThan(0.5);
        assertThat(originalScore.accuracy()).isEqualTo(1);
    }

    @Test
    void tooFewImagesForAValidationSplitAreRejected() throws IOException {
        var few = QuadrantImages.write(folder, "few", 40, 3);
        var plan = plan(step(SearchObjective.DEFAULT), few);

        assertThatThrownBy(() -> score(plan, new Trial(job(plan), 0, GENOME, 1)))
                .hasMessageContaining("40 training images, too few");
    }
}
