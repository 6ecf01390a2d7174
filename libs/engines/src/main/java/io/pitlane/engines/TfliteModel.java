package io.pitlane.engines;

import static org.bytedeco.tensorflowlite.global.tensorflowlite.kTfLiteOk;

import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.graph.runtime.Outputs;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import org.bytedeco.tensorflowlite.BuiltinOpResolver;
import org.bytedeco.tensorflowlite.FlatBufferModel;
import org.bytedeco.tensorflowlite.Interpreter;

/** A model in a TFLite interpreter, which owns the memory of its tensors. */
final class TfliteModel implements EngineModel {
    private final Natives natives;
    private final TfliteSignature signature;
    private final ModelInputs inputs;
    private long[] shape;

    private TfliteModel(Natives natives, TfliteSignature signature, ModelInputs inputs) {
        this.natives = natives;
        this.signature = signature;
        this.inputs = inputs;
    }

    /** What has to be released. The interpreter, which uses the others, goes first. */
    record Natives(FlatBufferModel model, BuiltinOpResolver operations, Interpreter interpreter)
            implements AutoCloseable {
        @Override
        public void close() {
            interpreter.deallocate();
            operations.deallocate();
            model.deallocate();
        }
    }

    /** Takes over the interpreter once this returns. */
    static TfliteModel of(Natives natives, Path file, LoadOptions options) {
        var interpreter = natives.interpreter();
        var signature = TfliteSignature.of(interpreter, file, options.signature());
        var inputs = ModelInputs.of(signature.toGraphSignature(interpreter), options.input());
        return new TfliteModel(natives, signature, inputs);
    }

    @Override
    public ModelInputs inputs() {
        return inputs;
    }

    /** Nodes of the plan that runs: one when XNNPACK has taken over the whole graph. */
    long plannedNodes() {
        return natives.interpreter().execution_plan().limit();
    }

    @Override
    public Outputs predict(FloatTensor images) {
        var interpreter = natives.interpreter();
        if (Arrays.equals(shape, images.shape())) {
            for (var port : inputs.signature().inputs()) {
                if (inputs.isImage(port)) {
                    signature.input(port.name()).write(interpreter, images.values());
                }
            }
        } else {
            allocate(images);
        }
        require(interpreter.Invoke(), "run the model");
        var byName = new HashMap<String, FloatTensor>();
        for (var output : signature.outputs()) {
            byName.put(output.name(), output.read(interpreter));
        }
        return new Outputs(byName);
    }

    /** Allocates the tensors for images of another shape, and fills every input. */
    private void allocate(FloatTensor images) {
        shape = null;
        var interpreter = natives.interpreter();
        var values = inputs.of(images);
        for (var input : values) {
            var name = input.port().name();
            var sizes = Arrays.stream(input.values().shape()).mapToInt(Math::toIntExact).toArray();
            require(
                    interpreter.ResizeInputTensor(signature.input(name).index(), sizes),
                    "resize its input '%s' to %s".formatted(name, Arrays.toString(sizes)));
        }
        require(
                interpreter.AllocateTensors(),
                "allocate tensors for images of shape " + Arrays.toString(images.shape()));
        for (var input : values) {
            signature.input(input.port().name()).write(interpreter, input.values().values());
        }
        shape = images.shape();
    }

    private static void require(int status, String action) {
        if (status != kTfLiteOk) {
            throw new IllegalStateException("TFLite could not " + action + ".");
        }
    }

    @Override
    public void close() {
        natives.close();
    }
}
