package io.pitlane.engines;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.runtime.ModelInputs;
import io.pitlane.graph.runtime.Outputs;
import java.util.HashMap;
import java.util.Map;

/**
 * Converts batches and other inputs to DJL arrays, and every numeric output back. The arrays are
 * released after the call.
 */
final class ImageTranslator implements NoBatchifyTranslator<FloatTensor, Outputs> {
    private static final Map<org.tensorflow.proto.DataType, DataType> TYPES =
            Map.of(
                    org.tensorflow.proto.DataType.DT_DOUBLE, DataType.FLOAT64,
                    org.tensorflow.proto.DataType.DT_INT32, DataType.INT32,
                    org.tensorflow.proto.DataType.DT_INT64, DataType.INT64,
                    org.tensorflow.proto.DataType.DT_UINT8, DataType.UINT8,
                    org.tensorflow.proto.DataType.DT_BOOL, DataType.BOOLEAN);

    private final ModelInputs inputs;

    ImageTranslator(ModelInputs inputs) {
        this.inputs = inputs;
    }

    @Override
    public NDList processInput(TranslatorContext context, FloatTensor images) {
        var arrays = new NDList();
        inputs.of(images).forEach(feed -> arrays.add(toDjl(context.getNDManager(), feed)));
        return arrays;
    }

    // DJL finds the input by the array's name.
    private static NDArray toDjl(NDManager manager, ModelInputs.InputValue feed) {
        var floats = manager.create(feed.values().values(), new Shape(feed.values().shape()));
        var type = TYPES.get(feed.port().dtype());
        var array = type == null ? floats : floats.toType(type, false);
        array.setName(feed.port().name());
        return array;
    }

    @Override
    public Outputs processOutput(TranslatorContext context, NDList outputs) {
        var byName = new HashMap<String, FloatTensor>();
        for (var array : outputs) {
            if (array.getDataType() != DataType.STRING) {
                byName.put(array.getName(), toJava(array));
            }
        }
        return new Outputs(byName);
    }

    private static FloatTensor toJava(NDArray array) {
        var shape = array.getShape().getShape();
        return switch (array.getDataType()) {
            case FLOAT32 -> new FloatTensor(array.toFloatArray(), shape);
            case INT32 -> new FloatTensor(floats(array.toIntArray()), shape);
            case INT64 -> new FloatTensor(floats(array.toLongArray()), shape);
            default -> new FloatTensor(array.toType(DataType.FLOAT32, false).toFloatArray(), shape);
        };
    }

    private static float[] floats(int[] values) {
        var floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = values[i];
        }
        return floats;
    }

    private static float[] floats(long[] values) {
        var floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = values[i];
        }
        return floats;
    }
}
