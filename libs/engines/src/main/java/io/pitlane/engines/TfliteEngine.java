package io.pitlane.engines;

import static io.pitlane.contract.failure.FailureException.invalidInput;
import static org.bytedeco.tensorflowlite.global.tensorflowlite.kTfLiteOk;

import io.pitlane.contract.engine.Engine;
import io.pitlane.graph.natives.NativeLibraries;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.BuiltinOpResolver;
import org.bytedeco.tensorflowlite.FlatBufferModel;
import org.bytedeco.tensorflowlite.Interpreter;
import org.bytedeco.tensorflowlite.InterpreterBuilder;
import org.bytedeco.tensorflowlite.global.tensorflowlite;

/**
 * TFLite with XNNPACK, by the C++ API of JavaCPP's presets: an interpreter that {@link
 * InterpreterBuilder} makes gets the XNNPACK delegate, one of the C API does not.
 */
final class TfliteEngine implements InferenceEngine {
    private TfliteEngine() {}

    static TfliteEngine load() {
        try {
            NativeLibraries.usePrepared();
            Loader.load(tensorflowlite.class);
            return new TfliteEngine();
        } catch (LinkageError | RuntimeException e) {
            throw new EngineUnavailableException(Engine.TFLITE, NativeFailure.reason(e), e);
        }
    }

    @Override
    public Engine engine() {
        return Engine.TFLITE;
    }

    @Override
    public String version() {
        return tensorflowlite.TfLiteVersion().getString();
    }

    @Override
    public EngineModel load(Path file, LoadOptions options) {
        if (!Files.isRegularFile(file)) {
            throw invalidInput(
                    "There is no file %s.".formatted(file), "Give the path of a TFLite model.");
        }
        var model = FlatBufferModel.VerifyAndBuildFromFile(file.toString());
        if (model == null || model.isNull()) {
            throw refused(file, "it is damaged, or no TFLite model");
        }
        var operations = new BuiltinOpResolver();
        var interpreter = new Interpreter((Pointer) null);
        var natives = new TfliteModel.Natives(model, operations, interpreter);
        try (var builder = new InterpreterBuilder(model, operations)) {
            builder.SetNumThreads(options.threads());
            if (builder.apply(interpreter) != kTfLiteOk || interpreter.isNull()) {
                throw refused(file, "it has operations that TFLite does not know");
            }
            return TfliteModel.of(natives, file, options);
        } catch (RuntimeException e) {
            natives.close();
            throw e;
        }
    }

    private RuntimeException refused(Path file, String reason) {
        return invalidInput(
                "TFLite %s cannot load %s: %s.".formatted(version(), file, reason),
                "Check that it is a complete TFLite model, and export it again.");
    }
}
