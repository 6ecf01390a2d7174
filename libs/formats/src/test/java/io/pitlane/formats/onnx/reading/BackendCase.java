package io.pitlane.formats.onnx.reading;

import ai.onnx.proto.OnnxMl;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.IntConstant;
import io.pitlane.graph.NodeBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;

/**
 * One case of the ONNX project's backend tests: a model, inputs, and the outputs that they give.
 *
 * @param name its name, as {@code test_Conv2d}
 * @param model the model
 * @param inputs files of its inputs, in their order; empty for the images that the runner of the
 *     tests makes up
 * @param outputs files of its outputs, in their order
 */
record BackendCase(String name, Path model, List<Path> inputs, List<Path> outputs) {

    /** The cases in a folder of the tests' data. */
    static List<BackendCase> of(Path folder) {
        try (var entries = Files.list(folder)) {
            return entries.filter(entry -> Files.exists(entry.resolve("model.onnx")))
                    .sorted()
                    .map(BackendCase::folder)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BackendCase folder(Path folder) {
        var data = folder.resolve("test_data_set_0");
        return new BackendCase(
                folder.getFileName().toString(),
                folder.resolve("model.onnx"),
                files(data.resolve("input_%d.pb").toString()),
                files(data.resolve("output_%d.pb").toString()));
    }

    /** The cases of a folder with models whose weights have one value each. */
    static List<BackendCase> light(Path folder) {
        try (var entries = Files.list(folder)) {
            return entries.filter(entry -> entry.toString().endsWith(".onnx"))
                    .sorted()
                    .map(
                            model -> {
                                var path = model.toString().replaceFirst("\\.onnx$", "");
                                return new BackendCase(
                                        model.getFileName().toString(),
                                        model,
                                        List.of(),
                                        files(path + "_output_%d.pb"));
                            })
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files(String pattern) {
        return Stream.iterate(0, i -> i + 1)
                .map(i -> Path.of(pattern.formatted(i)))
                .takeWhile(Files::exists)
                .toList();
    }

    /** The inputs by name. */
    Map<String, FloatTensor> inputsByName() throws IOException {
        var ports = OnnxFile.parse(model).inputs();
        var values = new LinkedHashMap<String, FloatTensor>();
        for (int i = 0; i < ports.size(); i++) {
            values.put(
                    ports.get(i).getName(),
                    inputs.isEmpty() ? madeUp(ports.get(i)) : read(inputs.get(i)));
        }
        return values;
    }

    /** The expected outputs by name. */
    Map<String, FloatTensor> outputsByName() throws IOException {
        var ports = OnnxFile.parse(model).graph().getOutputList();
        var values = new LinkedHashMap<String, FloatTensor>();
        for (int i = 0; i < ports.size(); i++) {
            values.put(ports.get(i).getName(), read(outputs.get(i)));
        }
        return values;
    }

    /** As the tests' runner makes up images: n values from 0 on, over n. */
    private static FloatTensor madeUp(OnnxMl.ValueInfoProto input) {
        var shape =
                input.getType().getTensorType().getShape().getDimList().stream()
                        .mapToLong(size -> Math.max(1, size.getDimValue()))
                        .toArray();
        int size = 1;
        for (long one : shape) {
            size *= (int) one;
        }
        var values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) ((double) i / size);
        }
        return new FloatTensor(values, shape);
    }

    private static FloatTensor read(Path file) throws IOException {
        var proto = OnnxMl.TensorProto.parseFrom(Files.readAllBytes(file));
        var value = new ConstantReader(file).read(proto);
        return value.getDtype() == DataType.DT_FLOAT ? FloatTensor.of(value) : asFloats(value);
    }

    private static FloatTensor asFloats(TensorProto value) {
        var shape =
                value.getTensorShape().getDimList().stream().mapToLong(d -> d.getSize()).toArray();
        if (value.getDtype() == DataType.DT_BOOL) {
            var bytes = value.getTensorContent().toByteArray();
            var values = new float[bytes.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = bytes[i];
            }
            return new FloatTensor(values, shape);
        }
        if (value.getDtype() == DataType.DT_DOUBLE) {
            var doubles =
                    value.getTensorContent()
                            .asReadOnlyByteBuffer()
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .asDoubleBuffer();
            var values = new float[doubles.remaining()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) doubles.get(i);
            }
            return new FloatTensor(values, shape);
        }
        var integers = IntConstant.of(NodeBuilder.constant("value", value)).orElseThrow().values();
        var values = new float[integers.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = integers[i];
        }
        return new FloatTensor(values, shape);
    }

    @Override
    public String toString() {
        return name;
    }
}
