package io.pitlane.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.formats.export.ExportMetadata;
import io.pitlane.formats.export.ExportedModel;
import io.pitlane.formats.export.Precision;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.quantization.QuantizedGraph;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.runtime.ModelInputs;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.tensorflow.proto.DataType;

/** Compares the export of a graph in its engine with the graph in TensorFlow. */
public final class ExportComparison {
    public static final ExportMetadata METADATA = new ExportMetadata("test", Map.of());

    public static final double RELATIVE = 1e-4;

    /** Below this share of an output's largest value, the difference counts as if at it. */
    private static final double SMALL = 0.01;

    private ExportComparison() {}

    /**
     * Checks names, shapes and values of every output, for random images; of a quantized graph in
     * its int8 export.
     *
     * @param side height and width of images where the model accepts any
     */
    static void assertEqual(FlatGraph graph, int side, int... batches) throws OrtException {
        var precision = QuantizedGraph.of(graph).isQuantized() ? Precision.INT8 : Precision.FLOAT32;
        assertEqual(OnnxExport.of(graph, precision).toBytes(METADATA), graph, side, batches);
    }

    /** Compares the outputs of a model with those of a graph likewise. */
    static void assertEqual(byte[] model, FlatGraph graph, int side, int... batches)
            throws OrtException {
        try (var onnx = OnnxRuntimeModel.open(model)) {
            assertEqual(graph, onnx::run, RELATIVE, side, batches);
        }
    }

    /**
     * The same for an export to any format.
     *
     * @param relative how far a value may be from TensorFlow's
     */
    public static <E extends Exception> void assertEqual(
            FlatGraph graph, ExportedModel<E> model, double relative, int side, int... batches)
            throws E {
        var inputs = ModelInputs.of(graph.signature(), InputSpec.DEFAULT);
        try (var tensorflow = GraphSession.open(graph)) {
            for (int batch : batches) {
                var images = images(inputs, side, batch);
                var expected = tensorflow.predict(images).byName();
                var actual = model.run(inputs.of(images));
                assertThat(actual.keySet()).isEqualTo(expected.keySet());
                expected.forEach(
                        (name, values) -> assertClose(name, actual.get(name), values, relative));
            }
        }
    }

    /** Random images for a model. */
    public static FloatTensor images(FlatGraph graph, int side, int batch) {
        return images(ModelInputs.of(graph.signature(), InputSpec.DEFAULT), side, batch);
    }

    private static FloatTensor images(ModelInputs inputs, int side, int batch) {
        var sizes = inputs.image().shape();
        var shape = new long[sizes.size()];
        for (int axis = 0; axis < shape.length; axis++) {
            shape[axis] = sizes.get(axis) >= 0 ? sizes.get(axis) : axis == 0 ? batch : side;
        }
        var random = new Random(17 + batch);
        boolean bytes = inputs.image().dtype() == DataType.DT_UINT8;
        var values = new float[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        for (int i = 0; i < values.length; i++) {
            values[i] = bytes ? random.nextInt(256) : (float) random.nextGaussian();
        }
        return new FloatTensor(values, shape);
    }

    private static void assertClose(
            String name, FloatTensor actual, FloatTensor expected, double relative) {
        assertThat(actual.shape()).as(name).isEqualTo(expected.shape());
        double largest = 0;
        for (float value : expected.values()) {
            assertThat(value).as(name).isFinite();
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < expected.values().length; i++) {
            double value = expected.values()[i];
            double limit = relative * Math.max(Math.abs(value), SMALL * largest);
            assertThat(Math.abs(actual.values()[i] - value))
                    .as("%s[%d]: %s against %s", name, i, actual.values()[i], value)
                    .isLessThanOrEqualTo(limit);
        }
    }
}
