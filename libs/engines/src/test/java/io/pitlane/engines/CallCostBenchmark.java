package io.pitlane.engines;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.engine.Engine;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.onnx.OnnxExport;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.SampleNetwork;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.BuiltinOpResolver;
import org.bytedeco.tensorflowlite.FlatBufferModel;
import org.bytedeco.tensorflowlite.Interpreter;
import org.bytedeco.tensorflowlite.InterpreterBuilder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;

/**
 * The time of a call beside the arithmetic: a model that squares its input, called with one image,
 * by this library and by each engine's own Java API. Both pass a Java array in and read one back.
 *
 * <pre>{@code
 * java -cp CLASSPATH org.openjdk.jmh.Main CallCostBenchmark
 * }</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Dpitlane.threads=1")
public class CallCostBenchmark {
    @Param({"TENSORFLOW", "ONNXRUNTIME", "TFLITE"})
    private Engine engine;

    /** Values of the input and of the output. */
    @Param({"8", "3072"})
    private int size;

    private Path folder;
    private FloatTensor image;
    private EngineModel model;
    private OwnApi own;

    /** A call by the engine's own Java API. */
    private interface OwnApi extends AutoCloseable {
        float[] call(float[] values) throws OrtException;

        @Override
        void close() throws OrtException;
    }

    /** Writes the model and loads it in both ways. */
    @Setup
    public void load() throws IOException, OrtException {
        folder = Files.createTempDirectory("call-cost");
        image = new FloatTensor(new float[size], 1, size);
        var file = folder.resolve(ModelFormat.of(engine).fileName());
        var graph = square(size);
        switch (engine) {
            case TENSORFLOW -> SavedModelWriter.write(graph, file);
            case ONNXRUNTIME ->
                    OnnxExport.of(graph).write(file, new ExportMetadata("benchmark", Map.of()));
            case TFLITE -> Files.write(file, TfliteWriter.square(size));
        }
        model = InferenceEngine.of(engine).load(file, LoadOptions.DEFAULT);
        own =
                switch (engine) {
                    case TENSORFLOW -> new TensorFlowApi(file, size);
                    case ONNXRUNTIME -> new OnnxRuntimeApi(file, size);
                    case TFLITE -> new TfliteApi(file, size);
                };
    }

    private static FlatGraph square(int size) {
        var net = new SampleNetwork(1);
        var x = net.input("in", -1, size);
        var y =
                net.add(
                        NodeBuilder.of("Mul", "square")
                                .input(x)
                                .input(x)
                                .type("T", DataType.DT_FLOAT));
        return net.output("out", y, -1, size).build();
    }

    @Benchmark
    public float[] pitlane() {
        return model.predict(image).of("out").values();
    }

    @Benchmark
    public float[] ownApi() throws OrtException {
        return own.call(image.values());
    }

    /** Releases both models. */
    @TearDown
    public void close() throws OrtException {
        model.close();
        own.close();
    }

    private static final class TensorFlowApi implements OwnApi {
        private final SavedModelBundle bundle;
        private final Session session;
        private final Shape shape;

        TensorFlowApi(Path folder, int size) {
            bundle =
                    SavedModelBundle.loader(folder.toString())
                            .withConfigProto(TensorFlowRuntime.sessionConfig())
                            .withTags("serve")
                            .load();
            session = bundle.session();
            shape = Shape.of(1, size);
        }

        @Override
        public float[] call(float[] values) {
            try (var in = TFloat32.tensorOf(shape, DataBuffers.of(values, true, false));
                    var result = session.runner().feed("in", in).fetch("square").run()) {
                var out = new float[values.length];
                result.get(0).asRawTensor().data().asFloats().read(out);
                return out;
            }
        }

        @Override
        public void close() {
            bundle.close();
        }
    }

    private static final class OnnxRuntimeApi implements OwnApi {
        private final OrtSession session;
        private final FloatBuffer in;
        private final Map<String, OnnxTensor> tensors;

        OnnxRuntimeApi(Path file, int size) throws OrtException {
            var environment = OrtEnvironment.getEnvironment();
            try (var options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(1);
                session = environment.createSession(file.toString(), options);
            }
            in =
                    ByteBuffer.allocateDirect(size * Float.BYTES)
                            .order(ByteOrder.nativeOrder())
                            .asFloatBuffer();
            var shape = new long[] {1, size};
            tensors = Map.of("in", OnnxTensor.createTensor(environment, in, shape));
        }

        @Override
        public float[] call(float[] values) throws OrtException {
            in.put(0, values);
            try (var result = session.run(tensors)) {
                return ((OnnxTensor) result.get(0)).getFloatBuffer().array();
            }
        }

        @Override
        public void close() throws OrtException {
            tensors.get("in").close();
            session.close();
        }
    }

    private static final class TfliteApi implements OwnApi {
        private final FlatBufferModel model;
        private final BuiltinOpResolver operations = new BuiltinOpResolver();
        private final Interpreter interpreter = new Interpreter((Pointer) null);
        private final FloatPointer in;
        private final FloatPointer out;

        TfliteApi(Path file, int size) {
            model = FlatBufferModel.BuildFromFile(file.toString());
            try (var builder = new InterpreterBuilder(model, operations)) {
                builder.SetNumThreads(1);
                builder.apply(interpreter);
            }
            interpreter.AllocateTensors();
            in = interpreter.typed_input_tensor_float(0).capacity(size);
            out = interpreter.typed_output_tensor_float(0).capacity(size);
        }

        @Override
        public float[] call(float[] values) {
            in.put(values);
            interpreter.Invoke();
            var result = new float[values.length];
            out.get(result);
            return result;
        }

        @Override
        public void close() {
            interpreter.deallocate();
            operations.deallocate();
            model.deallocate();
        }
    }
}
