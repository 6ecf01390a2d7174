package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.TensorRef;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One int8 model in processes of which oneDNN may use only some instructions of this processor: the
 * outputs are those of plain Java in each, without VNNI and, where the processor has it, with it.
 */
class InstructionSetsTest {
    private static final FloatTensor IMAGES = Int8Fixture.signed(2, 14, 14, 3);

    @TempDir Path folder;

    @BeforeEach
    void needsOneDnn() {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "oneDNN's int8 is for x86-64");
    }

    @Test
    void aModelWithSignedTensorsIsExactOnEachProcessor() throws Exception {
        // Given: signed images, a linear bottleneck and a linear shortcut into a sum
        var net = new NetBuilder(31, -1, 14, 14, 3);
        var stem = net.unary("Relu6", "stem", net.convBias("conv0", "x", 3, 3, 32, 2));
        var narrow = net.convBias("narrow", stem, 1, 32, 24, 1);
        var wide = net.unary("Relu", "wide", net.convBias("expand", narrow, 3, 24, 48, 1));
        var branch = net.convBias("branch", wide, 3, 48, 24, 1);
        var sum = net.unary("Relu", "relu", net.binary("AddV2", "sum", branch, narrow));
        var linear = net.convBias("linear", sum, 3, 24, 16, 1);
        var flat = net.flatten("flat", linear, 7 * 7 * 16);
        var graph =
                Int8Fixture.quantize(net.build(net.dense("dense", flat, 7 * 7 * 16, 10)), IMAGES);
        SavedModelWriter.write(graph, folder.resolve("model"));
        var expected = IntegerReference.run(graph, IMAGES, TensorRef.of("dense/bias")).values();

        for (var isa : List.of("AVX2", "AVX512_CORE", "AVX512_CORE_VNNI", "DEFAULT")) {
            // When
            var actual = outputs(isa);

            // Then
            assertThat(distance(actual, expected)).as(isa).isLessThan(0.002);
        }
    }

    private static double distance(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < actual.length; i++) {
            difference += Math.pow(actual[i] - expected[i], 2);
            norm += Math.pow(expected[i], 2);
        }
        return Math.sqrt(difference / norm);
    }

    private float[] outputs(String isa) throws IOException, InterruptedException {
        var log = folder.resolve(isa + ".log");
        var builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Child.class.getName(),
                                folder.resolve("model").toString(),
                                folder.resolve(isa).toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.environment().put("ONEDNN_MAX_CPU_ISA", isa);
        var child = builder.start();
        try {
            assertThat(child.waitFor(2, TimeUnit.MINUTES)).as(isa + " ended").isTrue();
        } finally {
            child.destroyForcibly();
        }
        assertThat(child.exitValue()).as(Files.readString(log)).isZero();
        var bytes = ByteBuffer.wrap(Files.readAllBytes(folder.resolve(isa)));
        var values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }

    /** Writes the output of a model for the images to a file. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws IOException {
            try (var session = GraphSession.open(SavedModelReader.read(Path.of(args[0])))) {
                var values = session.run(IMAGES).get(0).values();
                var bytes = ByteBuffer.allocate(values.length * Float.BYTES);
                bytes.asFloatBuffer().put(values);
                Files.write(Path.of(args[1]), bytes.array());
            }
        }
    }
}
