package io.pitlane.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.step.StageName;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.footprint.Footprint;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.pipeline.stage.Stage;
import io.pitlane.pipeline.stage.StageOutcome.ModelMade;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistillStageTest {
    private static final String SHORT = "training: {epochs: 6, learningRate: 0.01, batchSize: 32}";
    private static final String NONE = "training: {epochs: 0}";

    @TempDir static Path folder;
    private static DistillFixture fixture;

    @BeforeAll
    static void trainAnOriginal() throws IOException {
        TensorFlowRuntime.load();
        fixture = DistillFixture.in(folder);
        assertThat(fixture.accuracy(fixture.original())).isGreaterThan(0.9);
    }

    @Test
    void theServiceLoaderFindsTheStage() {
        assertThat(ServiceLoader.load(Stage.class))
                .singleElement()
                .satisfies(stage -> assertThat(stage.name()).isEqualTo(StageName.DISTILL));
    }

    @Test
    void aNarrowStudentIsAlmostAsAccurateAsItsTeacher() throws IOException {
        var made = fixture.distill("{student: {width: 0.25}, " + SHORT + "}");

        var before = Footprint.of(SavedModelReader.read(fixture.original()));
        var after = Footprint.of(SavedModelReader.read(made.savedModel()));
        assertThat(kernel(made, "c3/kernel").shape()).containsExactly(3, 3, 4, 4);
        assertThat(after.macs()).isLessThan(before.macs() / 8);
        assertThat(fixture.accuracy(made.savedModel())).isGreaterThan(accuracyOfOriginal() - 0.1);
        assertThat(made.notes())
                .contains(
                        "the student is the current model with 0.25 of the channels of each group")
                .contains("it starts from the weights of the current model")
                .contains("the teacher is the original")
                .anyMatch(note -> note.matches("on the validation split: \\d+\\.\\d %"));
    }

    @Test
    void withoutLabelsTheStudentLearnsFromTheTeacherAlone() throws IOException {
        var untrained = fixture.distill("{student: {width: 0.25}, " + NONE + "}");

        var made = fixture.distillWithoutLabels("{student: {width: 0.25}, " + SHORT + "}");

        assertThat(fixture.accuracy(untrained.savedModel()))
                .isLessThan(accuracyOfOriginal() - 0.15);
        assertThat(fixture.accuracy(made.savedModel())).isGreaterThan(accuracyOfOriginal() - 0.1);
    }

    @Test
    void freshWeightsDifferFromTheInheritedOnes() throws IOException {
        var inherited = fixture.distill("{student: {width: 0.5}, " + NONE + "}");
        var fresh = fixture.distill("{student: {width: 0.5, weights: fresh}, " + NONE + "}");

        assertThat(kernel(fresh, "c2/kernel").shape()).containsExactly(3, 3, 8, 8);
        assertThat(kernel(fresh, "c2/kernel")).isNotEqualTo(kernel(inherited, "c2/kernel"));
        assertThat(fresh.notes())
                .contains("it starts from fresh weights", "not trained: training.epochs is 0");
    }

    @Test
    void aShallowStudentLacksItsResidualBlock() throws IOException {
        var made = fixture.distill("{student: {depth: 0}, " + SHORT + "}");

        var graph = SavedModelReader.read(made.savedModel());
        assertThat(graph.find("c2")).isEmpty();
        assertThat(graph.find("c3")).isPresent();
        assertThat(fixture.accuracy(made.savedModel())).isGreaterThan(accuracyOfOriginal() - 0.1);
        assertThat(made.notes().get(0))
                .isEqualTo(
                        "the student is the current model without 1 of its 1 residual blocks of equal shape");
        assertThat(made.notes().get(1)).startsWith("blocks left out: c2 (changes ");
    }

    @Test
    void aGivenStudentTakesTheSignatureOfTheModelItReplaces() throws IOException {
        SavedModelWriter.write(renamed(DistillFixture.net(6)), folder.resolve("given"));

        var made = fixture.distill("{student: {model: given}, " + SHORT + "}");

        var graph = SavedModelReader.read(made.savedModel());
        assertThat(kernel(made, "c3/kernel").shape()).containsExactly(3, 3, 6, 6);
        assertThat(graph.signature().outputs()).extracting("name").containsExactly("probs");
        assertThat(fixture.accuracy(made.savedModel())).isGreaterThan(accuracyOfOriginal() - 0.15);
    }

    private static FlatGraph renamed(FlatGraph graph) {
        var port = graph.signature().outputs().get(0);
        var other = new GraphSignature.Port("scores", port.tensor(), port.dtype(), port.shape());
        return graph.edit().outputs(List.of(other)).build();
    }

    @Test
    void aGivenStudentOfOtherOutputsIsRefused() throws IOException {
        var net = new TestNet(-1, 8, 8, 1);
        var flat = net.reshape("flat", "x", -1, 64);
        SavedModelWriter.write(net.graph(net.dense("d", flat, 64, 5)), folder.resolve("five"));

        assertRefused("{student: {model: five}}", true, "student.model", "'d'", "[-1, 5]", "4]");
    }

    @Test
    void aGivenTeacherIsImitated() throws IOException {
        SavedModelWriter.write(DistillFixture.net(8), folder.resolve("untrained"));

        var made =
                fixture.distillWithoutLabels(
                        "{teacher: {model: untrained}, training: {epochs: 12, learningRate: 0.01}}");

        assertThat(fixture.accuracy(made.savedModel()))
                .isLessThan(accuracyOfOriginal() - 0.2)
                .isBetween(
                        fixture.accuracy(folder.resolve("untrained")) - 0.2,
                        fixture.accuracy(folder.resolve("untrained")) + 0.2);
        assertThat(made.notes()).contains("the teacher is the given model untrained");
    }

    @Test
    void anAblationReportsBothScores() throws IOException {
        var made = fixture.distill("{student: {width: 0.25}, ablation: true, " + SHORT + "}");

        assertThat(made.notes())
                .anyMatch(
                        note ->
                                note.matches(
                                        "student alone \\d+\\.\\d %, distilled \\d+\\.\\d % on the validation split"));
    }

    @Test
    void anAblationNeedsLabels() {
        assertRefused("{ablation: true, " + SHORT + "}", false, "ablation", "labels");
    }

    @Test
    void hintsAndAttentionReportTheirLayerPairs() throws IOException {
        var made =
                fixture.distill("{student: {width: 0.5}, hints: {}, attention: {}, " + SHORT + "}");

        assertThat(made.notes())
                .contains(
                        "hint: b3/relu follows the teacher's b3/relu",
                        "attention: sum follows the teacher's sum",
                        "attention: b3/relu follows the teacher's b3/relu");
        assertThat(fixture.accuracy(made.savedModel())).isGreaterThan(accuracyOfOriginal() - 0.1);
    }

    @Test
    void anUnknownLayerIsRefused() {
        assertRefused(
                "{hints: {pairs: [{teacher: c1, student: c9}]}, " + SHORT + "}", true, "'c9'");
    }

    @Test
    void aLossWithoutLabelsAndTeacherIsRefused() {
        assertRefused(
                "{loss: {softTargets: 0}, hints: {}, " + SHORT + "}", false, "softTargets is 0");
    }

    @Test
    void theBestGenerationIsKept() throws IOException {
        var made =
                fixture.distill(
                        "{student: {width: 1, weights: fresh}, teacher: {from: current},"
                                + " generations: 2, "
                                + SHORT
                                + "}");

        assertThat(made.notes())
                .anyMatch(note -> note.matches("generation 1 of 2: \\d+\\.\\d %"))
                .anyMatch(note -> note.matches("generation 2 of 2: \\d+\\.\\d %"))
                .anyMatch(note -> note.matches("kept: generation [12] of 2"));
    }

    @Test
    void prunedWeightsStayZero() throws IOException {
        var original = SavedModelReader.read(fixture.original());
        var kernel = FloatTensor.of(original.node("c2/kernel"));
        var sparse = kernel.map(weight -> Math.abs(weight) < 0.1 ? 0 : weight);
        SavedModelWriter.write(
                original.edit().put(sparse.toConst("c2/kernel")).build(), folder.resolve("sparse"));

        var made = fixture.distill("{student: {model: sparse}, " + SHORT + "}");

        assertThat(made.notes()).contains("weights that were zero stay zero, in 1 kernels");
        float[] before = sparse.values();
        float[] after = kernel(made, "c2/kernel").values();
        for (int i = 0; i < before.length; i++) {
            assertThat(after[i] == 0).isEqualTo(before[i] == 0);
        }
    }

    @Test
    void anInterruptedStepResumesWithoutRepeatingATraining() throws IOException {
        var options = "{student: {width: 0.25}, ablation: true, " + SHORT + "}";
        var checkpoints = fixture.checkpoints();
        ProgressListener killer =
                (fraction, message) -> {
                    if (message.startsWith("student alone: ") && message.contains("epoch 3/")) {
                        throw new CancellationException();
                    }
                };
        assertThatThrownBy(() -> fixture.distill(options, true, checkpoints, killer))
                .isInstanceOf(CancellationException.class);

        var messages = new ArrayList<String>();
        var resumed =
                fixture.distill(
                        options, true, checkpoints, (share, message) -> messages.add(message));

        assertThat(messages)
                .anyMatch(message -> message.startsWith("student alone: resumed at step"))
                .noneMatch(message -> message.startsWith("step ") && message.contains("epoch 1/"))
                .noneMatch(message -> message.startsWith("student alone: step 1/"));
        assertThat(resumed.notes()).isEqualTo(fixture.distill(options).notes());
    }

    @Test
    void progressRisesFromZeroToOne() throws IOException {
        var fractions = new ArrayList<Double>();

        fixture.distill(
                "{ablation: true, training: {epochs: 2}}",
                true,
                fixture.checkpoints(),
                (fraction, message) -> fractions.add(fraction));

        assertThat(fractions).isSorted().startsWith(0.0).endsWith(1.0).hasSizeGreaterThan(5);
    }

    private static void assertRefused(String options, boolean labelled, String... words) {
        assertThatThrownBy(
                        () ->
                                fixture.distill(
                                        options,
                                        labelled,
                                        fixture.checkpoints(),
                                        ProgressListener.NONE))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        refusal -> {
                            assertThat(refusal.kind()).isEqualTo(Failure.Kind.INVALID_INPUT);
                            assertThat(refusal.getMessage()).contains(words);
                            assertThat(refusal.action()).isNotBlank();
                        });
    }

    private static double accuracyOfOriginal() {
        return fixture.accuracy(fixture.original());
    }

    private static FloatTensor kernel(ModelMade made, String name) {
        return FloatTensor.of(SavedModelReader.read(made.savedModel()).node(name));
    }
}
