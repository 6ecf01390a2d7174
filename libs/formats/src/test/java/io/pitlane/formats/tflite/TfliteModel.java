package io.pitlane.formats.tflite;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.runtime.ModelInputs.InputValue;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.BuiltinOpResolver;
import org.bytedeco.tensorflowlite.BuiltinOpResolverWithoutDefaultDelegates;
import org.bytedeco.tensorflowlite.FlatBufferModel;
import org.bytedeco.tensorflowlite.Interpreter;
import org.bytedeco.tensorflowlite.InterpreterBuilder;
import org.bytedeco.tensorflowlite.TfLiteTensor;
import org.bytedeco.tensorflowlite.global.tensorflowlite;
import org.tensorflow.lite.schema.BuiltinOperator;

/** A TFLite model in TensorFlow Lite, with the XNNPACK delegate or without. */
final class TfliteModel implements AutoCloseable {
    private static final int OK = 0;

    private final BytePointer bytes;
    private final FlatBufferModel model;
    private final BuiltinOpResolver operators;
    private final Interpreter interpreter;
    private final String signature;

    private TfliteModel(byte[] file, BuiltinOpResolver operators) {
        this.bytes = new BytePointer(file.length).put(file);
        this.model = FlatBufferModel.VerifyAndBuildFromBuffer(bytes, file.length);
        assertThat(model == null || model.isNull()).as("the flatbuffer is malformed").isFalse();
        this.operators = operators;
        this.interpreter = new Interpreter((Pointer) null);
        try (var builder = new InterpreterBuilder(model, operators)) {
            builder.SetNumThreads(1);
            assertThat(builder.apply(interpreter)).isEqualTo(OK);
        }
        this.signature = interpreter.signature_keys().get(0).getString();
    }

    static TfliteModel open(byte[] file) {
        return new TfliteModel(file, new BuiltinOpResolver());
    }

    static TfliteModel openWithoutXnnpack(byte[] file) {
        return new TfliteModel(file, new BuiltinOpResolverWithoutDefaultDelegates());
    }

    Interpreter interpreter() {
        return interpreter;
    }

    String signature() {
        return signature;
    }

    /** The names of the operators that XNNPACK has left to TensorFlow Lite's own kernels. */
    List<String> operatorsOutsideXnnpack() {
        allocate();
        var plan = interpreter.execution_plan();
        return IntStream.range(0, (int) plan.limit())
                .map(i -> interpreter.node_and_registration(plan.get(i)).second().builtin_code())
                .filter(code -> code != BuiltinOperator.DELEGATE)
                .mapToObj(BuiltinOperator::name)
                .toList();
    }

    void allocate() {
        assertThat(interpreter.AllocateTensors()).as("allocation").isEqualTo(OK);
    }

    /** Every output for one batch, by name; integers as floats. */
    Map<String, FloatTensor> run(List<InputValue> inputs) {
        var places = interpreter.signature_inputs(signature);
        for (var input : inputs) {
            var shape = Arrays.stream(input.values().shape()).mapToInt(Math::toIntExact).toArray();
            int place = places.get(input.port().name());
            assertThat(interpreter.ResizeInputTensor(place, shape)).isEqualTo(OK);
        }
        allocate();
        for (var input : inputs) {
            write(
                    interpreter.input_tensor_by_signature(input.port().name(), signature),
                    input.values().values());
        }
        assertThat(interpreter.Invoke()).as("invocation").isEqualTo(OK);
        return outputs();
    }

    private Map<String, FloatTensor> outputs() {
        var outputs = new LinkedHashMap<String, FloatTensor>();
        var names = interpreter.signature_outputs(signature);
        for (var at = names.begin(); !at.equals(names.end()); at = at.increment()) {
            var name = at.first();
            outputs.put(name, read(interpreter.tensor(at.second())));
        }
        return outputs;
    }

    private static void write(TfLiteTensor tensor, float... values) {
        for (int i = 0; i < values.length; i++) {
            switch (tensor.type()) {
                case tensorflowlite.kTfLiteFloat32 -> tensor.data().f().put(i, values[i]);
                case tensorflowlite.kTfLiteUInt8, tensorflowlite.kTfLiteInt8 ->
                        tensor.data().raw().put(i, (byte) (int) values[i]);
                case tensorflowlite.kTfLiteBool -> tensor.data().b().put(i, values[i] != 0);
                default -> throw new AssertionError("type " + tensor.type());
            }
        }
    }

    /** The numbers of a tensor as floats; quantized ones are not dequantized. */
    static FloatTensor read(TfLiteTensor tensor) {
        var dims = tensor.dims();
        var shape = IntStream.range(0, dims.size()).mapToLong(dims::data).toArray();
        var values = new float[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        for (int i = 0; i < values.length; i++) {
            values[i] =
                    switch (tensor.type()) {
                        case tensorflowlite.kTfLiteFloat32 -> tensor.data().f().get(i);
                        case tensorflowlite.kTfLiteInt32 -> tensor.data().i32().get(i);
                        case tensorflowlite.kTfLiteInt64 -> tensor.data().i64().get(i);
                        case tensorflowlite.kTfLiteInt8 -> tensor.data().raw().get(i);
                        case tensorflowlite.kTfLiteUInt8 -> tensor.data().raw().get(i) & 0xff;
                        case tensorflowlite.kTfLiteBool -> tensor.data().b().get(i) ? 1 : 0;
                        default -> throw new AssertionError("type " + tensor.type());
                    };
        }
        return new FloatTensor(values, shape);
    }

    @Override
    public void close() {
        interpreter.deallocate();
        operators.deallocate();
        model.deallocate();
        bytes.deallocate();
    }
}
