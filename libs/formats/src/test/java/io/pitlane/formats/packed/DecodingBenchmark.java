package io.pitlane.formats.packed;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.SampleNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How fast a packed model is decoded, in megabytes of float32 weights a second, on one thread and a
 * heap of 128 MB: a dense layer of a million weights.
 *
 * <pre>{@code
 * java -cp CLASSPATH org.openjdk.jmh.Main DecodingBenchmark
 * }</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = "-Xmx128m")
public class DecodingBenchmark {
    private static final int SIZE = 1000;
    private static final int MEGABYTES = SIZE * SIZE * Float.BYTES / 1_000_000;

    /** Bits of each weight; 32 for weights that are not rounded. */
    @Param({"2", "4", "8", "32"})
    private int bits;

    private Path file;

    /** Packs the model. */
    @Setup
    public void pack() throws IOException {
        file = Files.createTempFile("decoding", ".pitlane");
        Files.write(file, PackedModelWriter.pack(model(bits)));
    }

    private static FlatGraph model(int bits) {
        var net = new SampleNetwork(1);
        var x = net.dense("dense", net.input("in", -1, SIZE), SIZE, SIZE);
        var graph = net.output("out", x, -1, SIZE).build();
        var kernel = FloatTensor.of(graph.node("dense/kernel"));
        float step = 0.5f / (1 << bits - 1);
        var rounded =
                bits == Float.SIZE ? kernel : kernel.map(v -> step * (float) Math.rint(v / step));
        return graph.edit().put(rounded.toConst("dense/kernel")).build();
    }

    /** Reads the file and decodes it. */
    @Benchmark
    @OperationsPerInvocation(MEGABYTES)
    public FlatGraph decode() {
        return PackedModelReader.read(file, PackedModelReader.MOST_BYTES);
    }

    /** Deletes the file. */
    @TearDown
    public void delete() throws IOException {
        Files.delete(file);
    }
}
