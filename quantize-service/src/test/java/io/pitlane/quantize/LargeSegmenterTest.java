package io.pitlane.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.analysis.FetchMemory;
import io.pitlane.data.MemoryBudget;
import io.pitlane.graph.FlatGraph;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A U-Net for 60 classes and images of 512 x 512, quantized by a small process. */
class LargeSegmenterTest {
    private static final int SIZE = 512;

    @TempDir Path folder;

    @Test
    void itIsCalibratedInAHeapThatHoldsNoImagesTensors() throws Exception {
        // Given: calibration looks at 220 MiB of tensors of an image
        var log = folder.resolve("log");

        // When
        var child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                "-Dpitlane.native-memory-mib=512",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Child.class.getName())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            assertThat(child.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            child.destroyForcibly();
        }

        // Then
        assertThat(child.exitValue()).as(Files.readString(log)).isZero();
        assertThat(log).content().contains("5 of 5 layers in int8");
    }

    /** Quantizes the network with four images and prints the notes. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) {
            var graph = unet();
            var port = graph.signature().inputs().get(0);
            var shape = new long[] {1, SIZE, SIZE, 3};
            int batch = FetchMemory.of(graph, port, shape, MemoryBudget.ofProcess()).batch(4);
            var batches =
                    Stream.generate(() -> Int8Fixture.unsigned(batch, SIZE, SIZE, 3))
                            .limit(4 / batch)
                            .toList();
            var int8 =
                    Int8Fixture.lowered(
                            new PostTrainingInt8(Int8Fixture.PLAIN).quantize(graph, batches));
            System.out.println(int8.notes());
        }

        private static FlatGraph unet() {
            // One image at a time, since the size of the transposed convolution is a constant.
            var net = new NetBuilder(4, 1, SIZE, SIZE, 3);
            var high = layer(net, "high", "x", 3, 32);
            var low = layer(net, "low", net.pool("MaxPool", "pool", high, 2, 2, "VALID"), 32, 32);
            var up = net.upsample("up", low, SIZE, 32, 32);
            var both = layer(net, "both", net.concat("concat", up, high), 64, 32);
            return net.build(net.convBias("mask", both, 1, 32, 60, 1));
        }

        private static String layer(NetBuilder net, String name, String in, int from, int to) {
            return net.unary("Relu", name + "/relu", net.convBias(name, in, 3, from, to, 1));
        }
    }
}
