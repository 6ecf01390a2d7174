package io.pitlane.formats.onnx.reading;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.graph.NodeBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;

/**
 * Reads the constants of a model, from the file itself or from files beside it. A constant's size
 * is compared with what it declares before memory is allocated for it.
 */
final class ConstantReader {
    /** The limit of protobuf: a SavedModel cannot contain more. */
    private static final long MOST_BYTES = Integer.MAX_VALUE;

    private final Path file;
    private long read;

    /** Reads the constants of the model in this file. */
    ConstantReader(Path file) {
        this.file = file;
    }

    /**
     * A constant as a proto of TensorFlow.
     *
     * @throws FailureException INVALID_INPUT when its content does not fill its shape, its file is
     *     not below the model's folder, or the constants read so far exceed 2 GiB
     * @throws UnsupportedOperatorException when TensorFlow does not have its type
     */
    TensorProto read(OnnxMl.TensorProto tensor) {
        var type = ElementType.of(tensor.getDataType());
        long elements = elements(tensor);
        long bytes = elements * ElementType.bytes(type);
        read += bytes;
        require(read <= MOST_BYTES, tensor, "makes the model larger than the limit of 2 GiB");
        return TensorProto.newBuilder()
                .setDtype(type)
                .setTensorShape(
                        NodeBuilder.shapeProto(
                                tensor.getDimsList().stream().mapToLong(Long::longValue).toArray()))
                .setTensorContent(content(tensor, type, elements, bytes))
                .build();
    }

    private long elements(OnnxMl.TensorProto tensor) {
        long elements = 1;
        for (long size : tensor.getDimsList()) {
            require(size >= 0, tensor, "has a dimension of " + size);
            require(
                    size == 0 || elements <= MOST_BYTES / size,
                    tensor,
                    "declares more than the 2 GiB that a model can hold");
            elements *= size;
        }
        return elements;
    }

    private ByteString content(
            OnnxMl.TensorProto tensor, DataType type, long elements, long bytes) {
        boolean external = tensor.getDataLocation() == OnnxMl.TensorProto.DataLocation.EXTERNAL;
        if (external || tensor.hasRawData()) {
            long held = external ? externalBytes(tensor, bytes) : tensor.getRawData().size();
            require(held == bytes, tensor, "declares " + bytes + " bytes and holds " + held);
            return external ? external(tensor, (int) bytes) : tensor.getRawData();
        }
        int listed = listed(tensor, type);
        require(listed == elements, tensor, "declares " + elements + " values and holds " + listed);
        var buffer = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < listed; i++) {
            put(buffer, tensor, type, i);
        }
        return ByteString.copyFrom(buffer.flip());
    }

    private static int listed(OnnxMl.TensorProto tensor, DataType type) {
        return switch (type) {
            case DT_FLOAT -> tensor.getFloatDataCount();
            case DT_DOUBLE -> tensor.getDoubleDataCount();
            case DT_INT64 -> tensor.getInt64DataCount();
            default -> tensor.getInt32DataCount();
        };
    }

    private static void put(ByteBuffer to, OnnxMl.TensorProto tensor, DataType type, int i) {
        switch (type) {
            case DT_FLOAT -> to.putFloat(tensor.getFloatData(i));
            case DT_DOUBLE -> to.putDouble(tensor.getDoubleData(i));
            case DT_INT64 -> to.putLong(tensor.getInt64Data(i));
            case DT_INT32 -> to.putInt(tensor.getInt32Data(i));
            case DT_HALF, DT_BFLOAT16, DT_INT16, DT_UINT16 ->
                    to.putShort((short) tensor.getInt32Data(i));
            default -> to.put((byte) tensor.getInt32Data(i));
        }
    }

    private long externalBytes(OnnxMl.TensorProto tensor, long declared) {
        var entries = entries(tensor);
        long size = size(tensor, location(tensor, entries));
        long offset = number(tensor, entries, "offset", 0);
        require(
                offset >= 0 && offset <= size,
                tensor,
                "begins behind the end of " + entries.get("location"));
        long length = number(tensor, entries, "length", declared);
        return Math.min(length, size - offset);
    }

    private ByteString external(OnnxMl.TensorProto tensor, int bytes) {
        var entries = entries(tensor);
        var buffer = ByteBuffer.allocate(bytes);
        long at = number(tensor, entries, "offset", 0);
        try (var channel = FileChannel.open(location(tensor, entries))) {
            while (buffer.hasRemaining()) {
                int read = channel.read(buffer, at + buffer.position());
                require(read > 0, tensor, "was cut short while it was read");
            }
        } catch (IOException e) {
            throw unreadable(tensor, entries.get("location")).causedBy(e);
        }
        return ByteString.copyFrom(buffer.flip());
    }

    private static Map<String, String> entries(OnnxMl.TensorProto tensor) {
        var entries = new HashMap<String, String>();
        tensor.getExternalDataList()
                .forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
        return entries;
    }

    /** The file of a constant, which links cannot lead out of the model's folder. */
    private Path location(OnnxMl.TensorProto tensor, Map<String, String> entries) {
        var name = entries.getOrDefault("location", "");
        try {
            var folder = file.toAbsolutePath().normalize().getParent().toRealPath();
            var found = folder.resolve(name).normalize();
            require(
                    !name.isBlank() && found.startsWith(folder),
                    tensor,
                    "is in the file '" + name + "', which is not below the model's folder");
            require(
                    Files.isRegularFile(found),
                    tensor,
                    "is in the file '" + name + "', which is not beside the model");
            require(
                    found.toRealPath().startsWith(folder),
                    tensor,
                    "is in the file '" + name + "', which is not below the model's folder");
            return found;
        } catch (IOException | InvalidPathException e) {
            throw unreadable(tensor, name).causedBy(e);
        }
    }

    private long size(OnnxMl.TensorProto tensor, Path data) {
        try {
            return Files.size(data);
        } catch (IOException e) {
            throw unreadable(tensor, data.getFileName().toString()).causedBy(e);
        }
    }

    private long number(
            OnnxMl.TensorProto tensor, Map<String, String> entries, String key, long otherwise) {
        var text = entries.get(key);
        try {
            return text == null ? otherwise : Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw failure(tensor, "has the " + key + " '" + text + "', which is no number")
                    .causedBy(e);
        }
    }

    private FailureException unreadable(OnnxMl.TensorProto tensor, String name) {
        return failure(tensor, "is in the file '" + name + "', which cannot be read");
    }

    private void require(boolean holds, OnnxMl.TensorProto tensor, String otherwise) {
        if (!holds) {
            throw failure(tensor, otherwise);
        }
    }

    private FailureException failure(OnnxMl.TensorProto tensor, String what) {
        return FailureException.invalidInput(
                "The constant '%s' of %s %s.".formatted(tensor.getName(), file, what),
                "Export the model again, or copy all of its files.");
    }
}
