package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.quantization.Corrections;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.quantization.FakeQuantization;
import io.pitlane.graph.quantization.Quantization;
import io.pitlane.graph.runtime.GraphSession;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SwitchableGraphTest {
    private static final FloatTensor IMAGES = Int8Fixture.signed(2, 4, 4, 3);

    @Test
    void oneQuantizationBehindAnotherIsSwitchedByItself() {
        // Given
        var net = new NetBuilder(1, -1, 4, 4, 3);
        var floats = net.build(net.unary("Tanh", "tanh", "x"));
        var coarse = quantized(floats, "coarse", TensorRef.of("tanh"), 4);
        var both = quantized(coarse, "fine", TensorRef.of("coarse"), 1.1f);
        var fine = quantized(floats, "fine", TensorRef.of("tanh"), 1.1f);

        // When
        var switchable = new SwitchableGraph(floats, both);

        // Then
        assertThat(switchable.quantizers()).containsExactlyInAnyOrder("coarse", "fine");
        assertThat(outputs(switchable, Set.of())).isEqualTo(outputs(floats));
        assertThat(outputs(switchable, Set.of("coarse"))).isEqualTo(outputs(coarse));
        assertThat(outputs(switchable, Set.of("fine"))).isEqualTo(outputs(fine));
        assertThat(outputs(switchable, switchable.quantizers())).isEqualTo(outputs(both));
    }

    @Test
    void anAddedBiasIsSwitchedWithTheWeights() {
        // Given: a layer without a bias
        var net = new NetBuilder(1, -1, 4, 4, 3);
        var floats = net.build(net.conv("conv", "x", net.weights(3, 3, 3, 5), 1));
        var step = Int8Fixture.PLAIN.toBuilder().corrections(Corrections.DEFAULT).build();
        var corrected = new PostTrainingInt8(step).quantize(floats, List.of(IMAGES));

        // When
        var switchable = new SwitchableGraph(corrected.floats(), corrected.graph());

        // Then
        assertThat(corrected.graph().find("conv/BiasAdd")).isPresent();
        assertThat(outputs(switchable, Set.of())).isEqualTo(outputs(floats));
        assertThat(outputs(switchable, switchable.quantizers()))
                .isEqualTo(outputs(corrected.graph()));
    }

    private static FlatGraph quantized(FlatGraph graph, String name, TensorRef tensor, float max) {
        var editor = graph.edit();
        editor.redirect(tensor, TensorRef.of(name));
        FakeQuantization.add(editor, name, tensor, Quantization.signed(max));
        return editor.build();
    }

    private static float[] outputs(FlatGraph graph) {
        try (var session = GraphSession.open(graph)) {
            return session.predict(IMAGES).of("out0").values();
        }
    }

    private static float[] outputs(SwitchableGraph switchable, Set<String> on) {
        try (var session = GraphSession.open(switchable.graph())) {
            return session.with(switchable.on(on)).predict(IMAGES).of("out0").values();
        }
    }
}
