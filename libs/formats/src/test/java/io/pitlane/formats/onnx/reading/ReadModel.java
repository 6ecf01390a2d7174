package io.pitlane.formats.onnx.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.data.InputSpec.Layout;
import io.pitlane.formats.onnx.AxisOrder;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.pass.GroupedConvolutions;
import io.pitlane.graph.runtime.Tensors;
import io.pitlane.graph.savedmodel.SavedModelReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Session;

/**
 * An ONNX model as Pitlane reads it: written as a SavedModel, read from there, and run by
 * TensorFlow, with its images in ONNX's order again.
 *
 * @param model the model
 * @param flat the graph that techniques work on
 */
public record ReadModel(OnnxModel model, FlatGraph flat) {
    private static final AxisOrder CHANNELS_FIRST = AxisOrder.of(0, 3, 1, 2);
    private static final AxisOrder CHANNELS_LAST = AxisOrder.of(0, 2, 3, 1);

    /** Reads a model, by way of a SavedModel in a folder. */
    public static ReadModel of(Path file, Layout layout, Path folder) {
        var model = OnnxModel.read(file, layout);
        model.write(folder);
        return new ReadModel(model, SavedModelReader.read(folder));
    }

    /** The outputs for these inputs, all in ONNX's order; integers as floats. */
    public Map<String, FloatTensor> run(Map<String, FloatTensor> inputs) {
        try (var graph = new Graph()) {
            graph.importGraphDef(GroupedConvolutions.unfused(flat).toGraphDef());
            try (var session = new Session(graph)) {
                var runner = session.runner();
                for (var port : flat.signature().inputs()) {
                    var given = inputs.get(port.name());
                    boolean turned = model.turned().contains(port.name());
                    runner.feed(
                            port.tensor().withIndex(),
                            Tensors.toNative(
                                    turned ? CHANNELS_LAST.arranged(given) : given, port.dtype()));
                }
                flat.signature().outputs().forEach(port -> runner.fetch(port.tensor().withIndex()));
                var outputs = new LinkedHashMap<String, FloatTensor>();
                try (var result = runner.run()) {
                    for (int i = 0; i < flat.signature().outputs().size(); i++) {
                        var name = flat.signature().outputs().get(i).name();
                        var values = Tensors.toJava(result.get(i));
                        outputs.put(
                                name,
                                model.turned().contains(name)
                                        ? CHANNELS_FIRST.arranged(values)
                                        : values);
                    }
                }
                return outputs;
            }
        }
    }

    /** Checks shape and values. */
    public static void assertClose(
            String name, FloatTensor actual, FloatTensor expected, double relative, double least) {
        assertThat(actual.shape()).as(name).isEqualTo(expected.shape());
        for (int i = 0; i < expected.values().length; i++) {
            double value = expected.values()[i];
            double found = actual.values()[i];
            boolean equal =
                    value == found
                            || Double.isNaN(value) && Double.isNaN(found)
                            || Math.abs(found - value) <= least + relative * Math.abs(value);
            assertThat(equal).as("%s[%d]: %s against %s", name, i, found, value).isTrue();
        }
    }
}
