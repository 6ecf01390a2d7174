package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pitlane.analysis.ModelComparison;
import io.pitlane.analysis.QualityLimit;
import io.pitlane.contract.finding.PruningSearch;
import io.pitlane.contract.finding.PruningSearch.Try;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.step.StageName;
import io.pitlane.data.ImageSet;
import io.pitlane.data.QuadrantImages;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.data.source.ImageSources;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.ChannelPruning;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.pipeline.stage.ProgressListener;
import io.pitlane.training.checkpoint.Checkpoints;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CutSearchTest {
    private static final Plan PLAN = Plan.builder().name("search").input(QuadrantNet.INPUT).build();
    private static final PruneStep STEP = PruneStep.builder().ratio(0.9).build();

    @TempDir static Path folder;
    private static ImageSet images;
    private static FlatGraph before;

    private final Map<String, byte[]> store = new HashMap<>();
    private final List<Double> trained = new ArrayList<>();

    @BeforeAll
    static void trainANet() throws IOException {
        TensorFlowRuntime.load();
        images = ImageSources.open(QuadrantImages.write(folder, "train", 400, 1), folder);
        before = QuadrantNet.trained(images);
    }

    @Test
    void theWholeCutIsKeptWhereItHoldsTheLimit() {
        // When
        var made = search(agreement(0.01), new CutOnly());

        // Then
        assertThat(finding(made).tries()).extracting(Try::amount).containsExactly(1.0);
        assertThat(finding(made).chosen()).isEqualTo(1.0);
        assertThat(made.graph().toGraphDef()).isEqualTo(cut(before, 0.9).graph().toGraphDef());
    }

    @Test
    void theLargestCutThatHoldsIsKept() {
        // Given
        double limit = 0.9;

        // When
        var made = search(agreement(limit), new CutOnly());

        // Then: of all cuts on the grid of the bisection, the largest that holds before one fails
        int first =
                IntStream.rangeClosed(1, 64)
                        .filter(i -> agreementOf(cut(before, 0.9 * i / 64).graph()) < limit)
                        .findFirst()
                        .orElseThrow();
        double chosen = finding(made).chosen();
        assertThat(finding(made).tries()).hasSizeBetween(2, 7);
        assertThat(chosen).isLessThan(1).isGreaterThanOrEqualTo((first - 1) / 64.0 - 1.0 / 16);
        assertThat(agreementOf(made.graph())).isGreaterThanOrEqualTo(limit);
        assertThat(finding(made).tries())
                .allSatisfy(
                        each ->
                                assertThat(each.held())
                                        .isEqualTo(each.measured() >= limit)
                                        .isEqualTo(each.amount() <= chosen));
        assertThat(made.notes()).last().asString().startsWith("the largest of ");
    }

    @Test
    void theFiguresOfATryAreThoseOfItsModel() {
        // When
        var search = finding(search(agreement(0.9), new CutOnly()));

        // Then
        var first = search.tries().get(0);
        var model = cut(before, 0.9).graph();
        assertThat(first.measured()).isCloseTo(agreementOf(model), within(1e-9));
        // 16 of 256 kernel weights of 3 x 3, and so on: two channels of each convolution are left
        assertThat(first.parameters())
                .isCloseTo((9 * 2 + 2 + 9 * 4 + 2 + 8 * 4 + 4) / 2740.0, within(1e-9));
        assertThat(first.macs())
                .isCloseTo(
                        (64 * 9 * 2 + 16 * 36 + 32) / (64 * 9 * 16 + 16 * 9 * 256 + 256.0),
                        within(1e-9));
    }

    @Test
    void theModelStaysAsItWasWhereNoCutHolds() {
        // Given: no cut is better than the model
        var limit = new QualityLimit(StageName.PRUNE, QualityLimit.Kind.MAX_ACCURACY_DROP, -1);

        // When
        var made = search(limit, new CutOnly());

        // Then
        assertThat(made.graph()).isSameAs(before);
        assertThat(finding(made).chosen()).isNull();
        assertThat(finding(made).tries()).isNotEmpty().noneMatch(Try::held);
        assertThat(made.notes())
                .contains("nothing is removed: the model stays as it was")
                .anyMatch(note -> note.matches("none of \\d cuts keeps maxAccuracyDrop -1.0 .*"));
    }

    @Test
    void aCutStartsFromTheLargestThatHeldWhereThatIsBetter() {
        // Given: the training repairs the model, so that only a further cut of it is good
        var recovery =
                new CutOnly() {
                    @Override
                    public PrunedModel pruned(FlatGraph start, PruneStep step) {
                        return start == before
                                ? damaged(cut(start, step.ratio()))
                                : cut(start, step.ratio());
                    }

                    @Override
                    public PrunedModel fineTuned(
                            PrunedModel pruned,
                            PruneStep step,
                            String name,
                            ProgressListener progress) {
                        return step.ratio() < 0.3
                                ? pruned.with(cut(before, step.ratio()).graph())
                                : pruned;
                    }
                };

        // When
        var search = finding(search(agreement(0.9), recovery));

        // Then
        assertThat(search.tries()).filteredOn(Try::held).isNotEmpty();
        double firstHeld =
                search.tries().stream().filter(Try::held).findFirst().orElseThrow().amount();
        assertThat(search.tries())
                .filteredOn(each -> each.amount() > firstHeld && each.amount() < 0.5)
                .isNotEmpty()
                .allMatch(Try::warm);
        assertThat(search.tries().get(0).warm()).isFalse();
    }

    @Test
    void aSearchGoesOnWhereItWasStopped() {
        // Given: stopped within its fourth try
        var limit = agreement(0.9);
        var stopped =
                new CutOnly() {
                    @Override
                    public PrunedModel fineTuned(
                            PrunedModel pruned,
                            PruneStep step,
                            String name,
                            ProgressListener progress) {
                        if (name.equals("cut-4")) {
                            throw new IllegalStateException("stopped");
                        }
                        return super.fineTuned(pruned, step, name, progress);
                    }
                };
        assertThatThrownBy(() -> search(limit, stopped)).hasMessage("stopped");
        int done = trained.size();

        // When
        var resumed = search(limit, new CutOnly());

        // Then
        assertThat(trained).doesNotHaveDuplicates().hasSizeGreaterThan(done);
        store.clear();
        var whole = search(limit, new CutOnly());
        assertThat(finding(resumed)).isEqualTo(finding(whole));
        assertThat(resumed.graph().toGraphDef()).isEqualTo(whole.graph().toGraphDef());
        assertThat(resumed.notes()).isEqualTo(whole.notes());
    }

    @Test
    void theCheckpointOfAFinishedTryIsEmptied() {
        // When
        search(agreement(0.01), new CutOnly());

        // Then
        assertThat(store.get("cut-1")).isEmpty();
        assertThat(store.get("cut-search")).isNotEmpty();
    }

    /** Cuts by the L1 norm, and does not train. */
    private class CutOnly implements CutSearch.Recovery {
        @Override
        public PrunedModel pruned(FlatGraph start, PruneStep step) {
            return cut(start, step.ratio());
        }

        @Override
        public PrunedModel fineTuned(
                PrunedModel pruned, PruneStep step, String name, ProgressListener progress) {
            trained.add(step.ratio());
            return pruned;
        }
    }

    private static PrunedModel cut(FlatGraph graph, double ratio) {
        var pruned = new ChannelPruning(ratio).prune(graph);
        return new PrunedModel(pruned.graph(), Map.of(), pruned.notes(), List.of())
                .without(pruned.removed());
    }

    /** The model with all logits at zero. */
    private static PrunedModel damaged(PrunedModel model) {
        var editor = model.graph().edit();
        for (var name : List.of("d/kernel", "b3/b")) {
            editor.put(FloatTensor.of(editor.node(name)).map(v -> 0f).toConst(name));
        }
        return model.with(editor.build());
    }

    private PrunedModel search(QualityLimit limit, CutSearch.Recovery recovery) {
        try (var validation = ModelComparison.with(before, PLAN, images, folder)) {
            return new CutSearch(
                            limit,
                            before,
                            recovery,
                            validation,
                            new SearchCheckpoint(new StoredCheckpoints(), before),
                            Map.of(),
                            ProgressListener.NONE)
                    .search(STEP);
        }
    }

    private static QualityLimit agreement(double least) {
        return new QualityLimit(StageName.PRUNE, QualityLimit.Kind.MIN_AGREEMENT, least);
    }

    private static PruningSearch finding(PrunedModel made) {
        return (PruningSearch) made.findings().get(made.findings().size() - 1);
    }

    /** The share of images with the class of the model before, counted here. */
    private static double agreementOf(FlatGraph graph) {
        var expected = classes(before);
        var actual = classes(graph);
        return IntStream.range(0, expected.length).filter(i -> expected[i] == actual[i]).count()
                / (double) expected.length;
    }

    private static int[] classes(FlatGraph graph) {
        var input = Preprocessor.of(QuadrantNet.INPUT, graph.signature().inputs().get(0));
        var batch = input.batch(images, IntStream.range(0, images.size()).toArray());
        try (var session = GraphSession.open(graph)) {
            var scores = session.run(batch).get(0).values();
            return IntStream.range(0, images.size())
                    .map(
                            i ->
                                    IntStream.range(0, 4)
                                            .reduce(
                                                    (a, b) ->
                                                            scores[4 * i + b] > scores[4 * i + a]
                                                                    ? b
                                                                    : a)
                                            .orElseThrow())
                    .toArray();
        }
    }

    private final class StoredCheckpoints implements Checkpoints {
        @Override
        public Duration every() {
            return Duration.ZERO;
        }

        @Override
        public Optional<byte[]> load(String name) {
            return Optional.ofNullable(store.get(name));
        }

        @Override
        public void save(String name, byte[] state) {
            store.put(name, state);
        }
    }
}
