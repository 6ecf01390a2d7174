package io.pitlane.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.runtime.GraphSession;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every engine has to do. */
class InferenceEngineTest {
    private static final double RELATIVE = 1e-5;

    /** Threads of the JVM, which it starts and ends as it likes. */
    private static final String JVM_THREADS = "C[12] Compiler.*|GC .*|G1 .*|VM .*|.*Sweeper.*";

    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource
    void theOutputsAreThoseOfTensorFlowAtEveryBatchSize(Engine engine) throws IOException {
        try (var reference = GraphSession.open(TestModels.GRAPH);
                var model = load(engine)) {
            for (int batch : new int[] {1, 3, 32, 1}) {
                var images = TestModels.images(batch);

                var outputs = model.predict(images);

                assertThat(outputs.byName()).containsOnlyKeys("scores");
                assertClose(outputs.of("scores"), reference.predict(images).of("scores"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aModelSaysWhichInputsAndOutputsItHas(Engine engine) throws IOException {
        var graph = TestModels.GRAPH.signature();
        try (var model = load(engine)) {
            assertThat(model.input().name()).isEqualTo("image");
            assertThat(model.input().shape()).containsExactly(-1L, 16L, 16L, 3L);
            assertThat(model.input().dtype()).isEqualTo(graph.inputs().get(0).dtype());
            assertThat(model.signature().outputs()).hasSize(1);
            var output = model.signature().outputs().get(0);
            assertThat(output.name()).isEqualTo("scores");
            assertThat(output.shape()).containsExactly(-1L, 10L);
            assertThat(output.dtype()).isEqualTo(graph.outputs().get(0).dtype());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDamagedFileIsNamed(Engine engine) throws IOException {
        // Given
        var model = TestModels.write(engine, folder);
        var file = engine == Engine.TENSORFLOW ? model.resolve("saved_model.pb") : model;
        var bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));

        // Then
        assertThatThrownBy(() -> load(engine, model, LoadOptions.DEFAULT))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.kind()).isEqualTo(Failure.Kind.INVALID_INPUT))
                .hasMessageContaining(model.toString());
    }

    @ParameterizedTest
    @EnumSource
    void aMissingFileIsNamed(Engine engine) {
        var missing = folder.resolve("missing");

        assertThatThrownBy(() -> load(engine, missing, LoadOptions.DEFAULT))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining(missing.toString());
    }

    @ParameterizedTest
    @EnumSource
    void aCallRunsOnTheThreadsThatItIsGiven(Engine engine) throws IOException {
        // Given
        var file = TestModels.write(engine, folder);
        assumeTrue(Files.isDirectory(Path.of("/proc/self/task")), "threads are listed by Linux");
        load(engine, file, LoadOptions.DEFAULT.withThreads(2)).close();

        // When
        int one = threadsOf(engine, file, 1);
        int four = threadsOf(engine, file, 4);

        // Then
        assertThat(four - one).isEqualTo(3);
    }

    private static int threadsOf(Engine engine, Path file, int threads) throws IOException {
        var before = threads();
        try (var model = load(engine, file, LoadOptions.DEFAULT.withThreads(threads))) {
            model.predict(TestModels.images(32));
            var added = new HashSet<>(threads());
            added.removeAll(before);
            return added.size();
        }
    }

    private static Set<String> threads() throws IOException {
        try (var tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.filter(task -> !name(task).matches(JVM_THREADS))
                    .map(Path::toString)
                    .collect(Collectors.toSet());
        }
    }

    private static String name(Path task) {
        try {
            return Files.readString(task.resolve("comm")).strip();
        } catch (IOException e) {
            return "ended";
        }
    }

    @ParameterizedTest
    @EnumSource
    void openingAndClosingKeepsNoMemory(Engine engine) throws IOException {
        // Given
        assumeTrue(Files.exists(Path.of("/proc/self/statm")), "memory is told by Linux");
        var file = TestModels.write(engine, folder);
        openAndClose(engine, file, 50);
        long before = residentBytes();

        // When
        openAndClose(engine, file, 200);

        // Then
        assertThat(residentBytes() - before).isLessThan(48L << 20);
    }

    private static void openAndClose(Engine engine, Path file, int times) {
        for (int i = 0; i < times; i++) {
            try (var model = load(engine, file, LoadOptions.DEFAULT)) {
                model.predict(TestModels.images(2));
            }
        }
        System.gc();
    }

    private static long residentBytes() throws IOException {
        return 4096L * Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]);
    }

    @ParameterizedTest
    @EnumSource(names = {"ONNXRUNTIME", "TFLITE"})
    void callsOfOneShapeUseTheSameMemory(Engine engine) throws IOException {
        try (var model = load(engine)) {
            // Given
            var images = TestModels.images(8);
            model.predict(images);
            long buffers = directBuffers();

            // When
            for (int i = 0; i < 100; i++) {
                model.predict(images);
            }

            // Then
            assertThat(directBuffers()).isEqualTo(buffers);
        }
    }

    private static long directBuffers() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getCount)
                .sum();
    }

    @Test
    void enginesOnSeveralThreadsDoNotAffectEachOther() throws Exception {
        // Given
        var calls = new ArrayList<Callable<Boolean>>();
        for (var engine : Engine.values()) {
            var file = TestModels.write(engine, folder);
            calls.add(() -> staysTheSame(engine, file));
        }
        var threads = Executors.newFixedThreadPool(calls.size());

        // When
        var results = threads.invokeAll(calls);
        threads.shutdown();

        // Then
        for (var result : results) {
            assertThat(result.get()).isTrue();
        }
    }

    private static boolean staysTheSame(Engine engine, Path file) {
        try (var model = load(engine, file, LoadOptions.DEFAULT)) {
            var one = model.predict(TestModels.images(1));
            var three = model.predict(TestModels.images(3));
            for (int i = 0; i < 100; i++) {
                if (!model.predict(TestModels.images(1)).equals(one)
                        || !model.predict(TestModels.images(3)).equals(three)) {
                    return false;
                }
            }
            return true;
        }
    }

    private EngineModel load(Engine engine) throws IOException {
        return load(engine, TestModels.write(engine, folder), LoadOptions.DEFAULT);
    }

    private static EngineModel load(Engine engine, Path file, LoadOptions options) {
        return InferenceEngine.of(engine).load(file, options);
    }

    private static void assertClose(FloatTensor actual, FloatTensor expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        for (int i = 0; i < expected.values().length; i++) {
            double value = expected.values()[i];
            assertThat((double) actual.values()[i])
                    .as("value %d", i)
                    .isCloseTo(value, within(RELATIVE * Math.max(Math.abs(value), 1e-2)));
        }
    }
}
