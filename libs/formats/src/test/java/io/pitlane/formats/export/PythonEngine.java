package io.pitlane.formats.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.runtime.ModelInputs.InputValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.tensorflow.proto.DataType;

/**
 * The stock Python package of a format's engine. The interpreter is that of the environment
 * variable {@code PITLANE_PYTHON}, or {@code python3}.
 */
final class PythonEngine {
    private static final String SCRIPT = "run_models.py";
    private static final String PYTHON =
            Optional.ofNullable(System.getenv("PITLANE_PYTHON")).orElse("python3");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ModelFormat format;
    private final Path folder;

    /** A tensor in a file. */
    private record Entry(String name, String dtype, long[] shape, String file) {}

    /**
     * An engine that runs models in a folder of its own.
     *
     * @param folder an empty folder
     */
    PythonEngine(ModelFormat format, Path folder) {
        this.format = format;
        this.folder = folder;
    }

    /** Why the engine of a format cannot run here; empty where it can. */
    static Optional<String> missing(ModelFormat format) {
        var module =
                switch (format) {
                    case ONNX -> "onnxruntime";
                    case TFLITE -> "ai_edge_litert";
                    case TENSORFLOW -> "tensorflow";
                };
        try {
            return run(PYTHON, "-c", "import " + module).equals("")
                    ? Optional.empty()
                    : Optional.of(PYTHON + " has no module " + module);
        } catch (IOException e) {
            return Optional.of("there is no " + PYTHON);
        }
    }

    /** Where the model of a name belongs, before {@link #run()}. */
    Path model(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name)).resolve("model");
    }

    /** The inputs of the model of this name. */
    void feed(String name, List<InputValue> inputs) throws IOException {
        var entries = new ArrayList<Entry>();
        for (var input : inputs) {
            var file = "input-" + entries.size();
            boolean bytes = input.port().dtype() == DataType.DT_UINT8;
            Files.write(
                    folder.resolve(name).resolve(file),
                    bytes ? bytes(input.values()) : floats(input.values()));
            entries.add(
                    new Entry(
                            input.port().name(),
                            bytes ? "u1" : "<f4",
                            input.values().shape(),
                            file));
        }
        JSON.writeValue(folder.resolve(name).resolve("inputs.json").toFile(), entries);
    }

    /** Runs all models, each once. */
    void run() throws IOException {
        var script = folder.resolveSibling(SCRIPT);
        try (var source = PythonEngine.class.getResourceAsStream(SCRIPT)) {
            Files.copy(source, script);
        }
        var output = run(PYTHON, script.toString(), format.label(), folder.toString());
        if (!output.isEmpty()) {
            throw new AssertionError(output);
        }
    }

    /** The outputs of the model of this name, by their names. */
    Map<String, FloatTensor> outputs(String name) throws IOException {
        var outputs = new LinkedHashMap<String, FloatTensor>();
        var file = folder.resolve(name).resolve("outputs.json").toFile();
        for (var entry : JSON.readValue(file, Entry[].class)) {
            var bytes =
                    ByteBuffer.wrap(Files.readAllBytes(folder.resolve(name).resolve(entry.file)));
            var values = new float[bytes.remaining() / Float.BYTES];
            bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
            outputs.put(entry.name, new FloatTensor(values, entry.shape));
        }
        return outputs;
    }

    private static byte[] floats(FloatTensor tensor) {
        var bytes = ByteBuffer.allocate(tensor.values().length * Float.BYTES);
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(tensor.values());
        return bytes.array();
    }

    private static byte[] bytes(FloatTensor tensor) {
        var bytes = new byte[tensor.values().length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (int) tensor.values()[i];
        }
        return bytes;
    }

    /** What a program wrote, if it failed. */
    private static String run(String... command) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var stream = process.getInputStream()) {
            var output = new String(stream.readAllBytes());
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                return "still running: " + output;
            }
            return process.exitValue() == 0 ? "" : "failed: " + output;
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }
}
