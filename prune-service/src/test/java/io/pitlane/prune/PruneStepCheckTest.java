package io.pitlane.prune;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.pruning.PruningTarget;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.step.PruneStep.Method;
import io.pitlane.contract.step.Step;
import io.pitlane.data.QuadrantImages;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.pipeline.stage.PlannedStep;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of the model before anything is sent. */
class PruneStepCheckTest {
    @TempDir static Path folder;
    private static DataSpec data;

    @BeforeAll
    static void writeModelAndData() throws IOException {
        TensorFlowRuntime.load();
        var train = QuadrantImages.write(folder, "train", 8, 1);
        data = new DataSpec(train, train);
        var net = new TestNet(-1, 8, 8, 1);
        var c1 = net.relu(net.conv("c1", "x", 1, 8));
        var sum = net.relu(net.op("AddV2", "sum", c1, net.conv("c2", c1, 8, 8)));
        var graph = net.graph(net.dense("d", net.globalMean("gap", sum, false), 8, 4));
        SavedModelWriter.write(graph, folder.resolve("model"));
    }

    @Test
    void aTargetBeyondReachIsRefusedWithWhatCanBeReached() {
        var step = PruneStep.builder().target(PruningTarget.ofMacs(0.001)).build();

        assertThatThrownBy(() -> check(0, step))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("steps[0].prune.target.macs asks for at most")
                .hasMessageContaining("channel pruning cannot reach less than")
                .hasMessageContaining("maxRatio 0.9");
    }

    @Test
    void aTargetWithinReachIsAccepted() {
        var step = PruneStep.builder().target(PruningTarget.ofMacs(0.5)).build();

        assertThatCode(() -> check(0, step)).doesNotThrowAnyException();
    }

    @Test
    void aLayerThatTheModelDoesNotHaveIsNamed() {
        var ignored = PruneStep.builder().ignore(List.of("c9")).build();
        var ratios = PruneStep.builder().ratios(Map.of("c8", 0.5)).build();

        assertThatThrownBy(() -> check(0, ignored))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("steps[0].prune.ignore")
                .hasMessageContaining("c9");
        assertThatThrownBy(() -> check(0, ratios))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("steps[0].prune.ratios")
                .hasMessageContaining("c8");
    }

    @Test
    void twoRatiosForLayersThatArePrunedTogetherAreRefused() {
        var step = PruneStep.builder().ratios(Map.of("c1", 0.25, "c2", 0.5)).build();

        assertThatThrownBy(() -> check(0, step))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("can only be removed together: c1, c2");
    }

    @Test
    void aStepBehindAnotherIsNotCheckedAgainstTheOriginal() {
        var first = PruneStep.builder().ratio(0.5).build();
        var second = PruneStep.builder().target(PruningTarget.ofMacs(0.001)).build();

        assertThatCode(() -> check(1, first, second)).doesNotThrowAnyException();
    }

    @Test
    void aLatencyIsLeftToTheMachineThatTheStepRunsOn() {
        var target = PruningTarget.ofLatency(1e-9, Engine.TENSORFLOW);
        var step = PruneStep.builder().target(target).ignore(List.of("c9")).build();

        assertThatCode(() -> check(0, PruneStep.builder().target(target).build()))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> check(0, step)).hasMessageContaining("c9");
    }

    @Test
    void otherMethodsDoNotAskForChannels() {
        var step =
                PruneStep.builder()
                        .method(Method.LOW_RANK)
                        .target(PruningTarget.ofMacs(0.001))
                        .build();

        assertThatCode(() -> check(0, step)).doesNotThrowAnyException();
    }

    private static void check(int index, Step... steps) {
        var plan =
                Plan.builder()
                        .name("checked")
                        .model("model")
                        .data(data)
                        .input(InputSpec.builder().channels(InputSpec.Channels.GREY).build())
                        .steps(List.of(steps))
                        .build();
        new PruneStage().check(new PlannedStep(plan, index, folder.resolve("model"), folder));
    }
}
