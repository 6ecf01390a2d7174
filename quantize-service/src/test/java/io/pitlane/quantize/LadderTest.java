package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.analysis.ErrorMemory;
import io.pitlane.analysis.ModelComparison;
import io.pitlane.analysis.QualityLimit;
import io.pitlane.contract.finding.LayerSensitivity;
import io.pitlane.contract.finding.QuantizationLadder;
import io.pitlane.contract.finding.QuantizationLadder.Rung;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.step.QuantizeStep;
import io.pitlane.contract.step.QuantizeStep.Scheme;
import io.pitlane.contract.step.StageName;
import io.pitlane.contract.training.Training;
import io.pitlane.data.ImageSet;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.quantize.LadderRungs.LadderRung;
import io.pitlane.quantize.PostTrainingInt8.QuantizedModel;
import io.pitlane.training.checkpoint.Checkpoints;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ladder on a net of which one layer does not bear int8. */
class LadderTest {
    private static final Plan PLAN = Plan.builder().name("ladder").build();
    private static final QuantizeStep STEP = Int8Fixture.PLAIN;
    private static final int EPOCHS = 3;

    private static final List<LadderRung> RUNGS = LadderRungs.of(Scheme.INT8);

    private final ImageSet images = UnbalancedNet.images(200);
    private final FlatGraph graph = UnbalancedNet.graph();
    private final FloatTensor batch = UnbalancedNet.batch(graph, images);
    private final List<QuantizeStep> made = new ArrayList<>();
    @TempDir Path folder;

    @Test
    void theFirstRungIsKeptWhereItHoldsTheLimit() {
        // When
        var result = climb(agreement(0.01), Checkpoints.NONE);

        // Then
        var ladder = ladder(result);
        assertThat(ladder.rungs()).hasSize(1);
        assertThat(ladder.chosen()).isEqualTo("plain");
        assertThat(ladder.held()).isTrue();
        assertThat(ladder.samples()).isEqualTo(200);
        assertThat(result.model().notes()).last().asString().startsWith("kept by the rung 'plain'");
    }

    @Test
    void unbalancedChannelsAreHeldByEqualization() {
        // Given
        double plain = agreementOf(new PostTrainingInt8(STEP).quantize(graph, List.of(batch)));
        double limit = (1 + plain) / 2;

        // When
        var result = climb(agreement(limit), Checkpoints.NONE);

        // Then
        var ladder = ladder(result);
        assertThat(ladder.rungs())
                .extracting(Rung::name)
                .containsExactly(
                        "plain", "least-squares ranges", "percentile ranges", "equalization");
        assertThat(ladder.chosen()).isEqualTo("equalization");
        assertThat(agreementOf(result.model())).isGreaterThanOrEqualTo(limit);
    }

    @Test
    void sensitiveLayersAreSparedUntilTheLimitHolds() {
        // Given
        double plain = agreementOf(new PostTrainingInt8(STEP).quantize(graph, List.of(batch)));
        double limit = (1 + plain) / 2;

        // When
        var result = climb(agreement(limit), RUNGS.subList(0, 1), images, Checkpoints.NONE);

        // Then
        var ladder = ladder(result);
        var last = ladder.rungs().get(ladder.rungs().size() - 1);
        assertThat(ladder.rungs())
                .extracting(Rung::name)
                .anyMatch(name -> name.endsWith("in 16 bits"));
        assertThat(ladder.rungs().get(0).measured()).isCloseTo(plain, within(1e-9));
        assertThat(ladder.chosen()).isEqualTo(last.name()).containsPattern("^[1-4] layers? ");
        assertThat(last.held()).isTrue();
        assertThat(last.measured()).isCloseTo(agreementOf(result.model()), within(1e-9));
        assertThat(ladder.rungs().subList(0, ladder.rungs().size() - 1)).noneMatch(Rung::held);
        assertThat(result.findings()).anyMatch(LayerSensitivity.class::isInstance);
    }

    @Test
    void aRungCanBeRepeatedByItsStep() {
        // Given
        var result = climb(agreement(0.999), Checkpoints.NONE);
        var chosen =
                ladder(result).rungs().stream()
                        .filter(rung -> rung.name().equals(ladder(result).chosen()))
                        .findFirst()
                        .orElseThrow();

        // When
        var repeated =
                new PostTrainingInt8((QuantizeStep) chosen.step()).quantize(graph, List.of(batch));

        // Then
        assertThat(repeated.graph().toGraphDef()).isEqualTo(result.model().graph().toGraphDef());
    }

    @Test
    void theBestIsKeptWhereNoneHoldsTheLimit() {
        // When: nothing is better than the float model
        var result =
                climb(
                        new QualityLimit(
                                StageName.QUANTIZE, QualityLimit.Kind.MAX_ACCURACY_DROP, -1),
                        Checkpoints.NONE);

        // Then
        var ladder = ladder(result);
        double best = ladder.rungs().stream().mapToDouble(Rung::measured).min().orElseThrow();
        assertThat(ladder.held()).isFalse();
        assertThat(ladder.rungs()).noneMatch(Rung::held).hasSizeGreaterThan(4);
        assertThat(ladder.rungs())
                .extracting(Rung::name)
                .startsWith(
                        "plain",
                        "least-squares ranges",
                        "percentile ranges",
                        "equalization",
                        "AdaRound")
                .endsWith("training");
        assertThat(ladder.rungs())
                .extracting(Rung::name)
                .as("no choice but the last may hold the limit, the other ones are not made")
                .filteredOn(name -> name.endsWith("in 16 bits"))
                .hasSize(1);
        assertThat(((QuantizeStep) ladder.rungs().get(ladder.rungs().size() - 1).step()).training())
                .extracting(Training::epochs)
                .isEqualTo(EPOCHS);
        assertThat(ladder.rungs())
                .filteredOn(rung -> rung.name().equals(ladder.chosen()))
                .anyMatch(rung -> rung.measured() == best);
        assertThat(result.model().notes())
                .last()
                .asString()
                .startsWith("no rung of the ladder keeps the limit");
    }

    @Test
    void aLadderGoesOnWhereItWasStopped() {
        // Given
        var store = new HashMap<String, byte[]>();
        var limit = agreement(1);
        assertThatThrownBy(() -> climb(limit, new StoredCheckpoints(store, 2)))
                .hasMessage("stopped");
        made.clear();

        // When
        var resumed = climb(limit, new StoredCheckpoints(store, Integer.MAX_VALUE));

        // Then
        assertThat(made.get(0)).isNotEqualTo(plain());
        assertThat(ladder(resumed)).isEqualTo(ladder(climb(limit, Checkpoints.NONE)));
    }

    @Test
    void anAccuracyDropNeedsLabels() {
        // Given
        var limit = new QualityLimit(StageName.QUANTIZE, QualityLimit.Kind.MAX_ACCURACY_DROP, 0.01);
        var unlabelled = images.withoutAnnotations();

        // Then
        assertThatThrownBy(() -> climb(limit, RUNGS, unlabelled, Checkpoints.NONE))
                .hasMessageContaining("quantize.maxAccuracyDrop needs labels");
    }

    private static QualityLimit agreement(double least) {
        return new QualityLimit(StageName.QUANTIZE, QualityLimit.Kind.MIN_AGREEMENT, least);
    }

    private static QuantizeStep plain() {
        return STEP;
    }

    private static QuantizationLadder ladder(Ladder.Result result) {
        return (QuantizationLadder) result.findings().get(result.findings().size() - 1);
    }

    private Ladder.Result climb(QualityLimit limit, Checkpoints checkpoints) {
        return climb(limit, RUNGS, images, checkpoints);
    }

    private Ladder.Result climb(
            QualityLimit limit,
            List<LadderRung> rungs,
            ImageSet validation,
            Checkpoints checkpoints) {
        try (var comparison = ModelComparison.with(graph, PLAN, validation, folder)) {
            return new Ladder(
                            limit,
                            rungs,
                            this::quantized,
                            comparison,
                            (step, model) ->
                                    new SensitivityAnalysis(PLAN, images, Checkpoints.NONE, folder)
                                            .measure(model, List.of(batch), ProgressListener.NONE),
                            EPOCHS,
                            new ErrorMemory(checkpoints, "ladder"),
                            ProgressListener.NONE)
                    .climb(STEP);
        }
    }

    private QuantizedModel quantized(QuantizeStep step) {
        made.add(step);
        return new PostTrainingInt8(step).quantize(graph, List.of(batch));
    }

    /** The share of images with the class of the float model, counted here. */
    private double agreementOf(QuantizedModel model) {
        var expected = classes(graph);
        var actual = classes(model.graph());
        int same = 0;
        for (int i = 0; i < expected.length; i++) {
            same += expected[i] == actual[i] ? 1 : 0;
        }
        return (double) same / expected.length;
    }

    private int[] classes(FlatGraph graph) {
        try (var session = GraphSession.open(graph)) {
            return UnbalancedNet.classes(session.run(batch).get(0).values());
        }
    }
}
