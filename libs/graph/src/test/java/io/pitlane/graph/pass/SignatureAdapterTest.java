package io.pitlane.graph.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.pitlane.contract.failure.FailureException;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SignatureAdapterTest {
    @BeforeAll
    static void load() {
        TensorFlowRuntime.load();
    }

    private static FlatGraph net(String output, int classes) {
        var net = new TestNet(-1, 8, 8, 1);
        var flat = net.reshape("flat", "x", -1, 64);
        return net.graph(net.dense(output, flat, 64, classes));
    }

    @Test
    void aSingleOutputTakesTheNameOfTheOneItReplaces() {
        var adapted = SignatureAdapter.of(net("mine", 4), net("theirs", 4), "The student");

        assertThat(adapted.signature().outputs())
                .extracting(GraphSignature.Port::name, port -> port.tensor().node())
                .containsExactly(tuple("theirs", "mine"));
    }

    @Test
    void dimensionsOfOneDoNotCountInOutputs() {
        var net = new TestNet(-1, 8, 8, 1);
        var map = net.conv("map", net.globalMean("mean", "x", true), 1, 4);

        assertThat(SignatureAdapter.of(net.graph(map), net("theirs", 4), "The student").nodes())
                .isNotEmpty();
    }

    @Test
    void anotherNumberOfClassesIsRefused() {
        assertThatThrownBy(
                        () -> SignatureAdapter.of(net("mine", 5), net("theirs", 4), "The student"))
                .isInstanceOf(FailureException.class)
                .hasMessage(
                        "The student has the output 'mine' of DT_FLOAT [-1, 5], where DT_FLOAT [-1, 4] is needed.");
    }

    @Test
    void imagesOfAnotherSizeAreRefused() {
        var larger = new TestNet(-1, 9, 9, 1);
        var flat = larger.reshape("flat", "x", -1, 81);
        var model = larger.graph(larger.dense("mine", flat, 81, 4));

        assertThatThrownBy(() -> SignatureAdapter.of(model, net("theirs", 4), "The student"))
                .hasMessageContainingAll("input 'x'", "[-1, 9, 9, 1]", "[-1, 8, 8, 1]");
    }

    @Test
    void anOutputThatIsMissingIsNamed() {
        var two = new TestNet(-1, 8, 8, 1);
        var flat = two.reshape("flat", "x", -1, 64);
        var theirs = two.graph(two.dense("a", flat, 64, 4), two.dense("b", flat, 64, 4));

        assertThatThrownBy(() -> SignatureAdapter.of(net("a", 4), theirs, "The student"))
                .hasMessage(
                        "The student has no output 'b', which the model in its place has; it has 'a'.");
    }
}
