package io.pitlane.formats.onnx.reading;

import io.pitlane.contract.data.InputSpec.Layout;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * An ONNX model as a flat graph of TensorFlow operations.
 *
 * <p>Inside, images are {@code [N, H, W, C]}. An image input in ONNX's {@code [N, C, H, W]} is
 * turned at the door: the signature has it with the channels last, and so it has the outputs that
 * are images themselves. All other inputs and outputs keep their axes; all keep their names.
 *
 * <pre>{@code
 * OnnxModel.read(Path.of("resnet18.onnx"), null).write(folder);
 * FlatGraph graph = SavedModelReader.read(folder);
 * }</pre>
 *
 * @param graph the graph, as the nodes of the file follow each other; a {@linkplain
 *     io.pitlane.graph.savedmodel.SavedModelReader reader} of SavedModels folds its constants
 * @param turned names of the inputs and outputs that have their channels last here and first in
 *     ONNX
 */
public record OnnxModel(FlatGraph graph, Set<String> turned) {

    public OnnxModel {
        turned = Set.copyOf(turned);
    }

    /**
     * Reads a model of float32, or of float16 weights that it casts, in operator set 6 to 28.
     *
     * @param file the model; constants in other files are read from its folder
     * @param layout order of the axes of its image inputs; null where the model shows it
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when the file is damaged
     *     or no ONNX model, or when nodes of it are not supported; it names all of them
     */
    public static OnnxModel read(Path file, Layout layout) {
        var onnx = OnnxFile.parse(file);
        try (var reading = new ModelReading(onnx, layout)) {
            return reading.model();
        }
    }

    /** The ONNX operators that are read. */
    public static List<String> operators() {
        return OnnxOperators.names().stream().sorted().toList();
    }

    /** Writes the model as a SavedModel. */
    public void write(Path folder) {
        SavedModelWriter.write(graph, folder);
    }
}
