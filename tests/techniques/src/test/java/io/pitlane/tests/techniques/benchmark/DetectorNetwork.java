package io.pitlane.tests.techniques.benchmark;

import static org.tensorflow.proto.DataType.DT_FLOAT;
import static org.tensorflow.proto.DataType.DT_INT32;
import static org.tensorflow.proto.DataType.DT_INT64;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.training.Training;
import io.pitlane.data.Annotations;
import io.pitlane.data.Box;
import io.pitlane.data.ImageSet;
import io.pitlane.data.Mask;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.NodeBuilder;
import io.pitlane.graph.SampleNetwork;
import io.pitlane.training.Trainer;
import io.pitlane.training.TrainingListener;
import io.pitlane.training.loss.LossTerm;
import io.pitlane.training.loss.TaskLosses;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * A detector of one stage (Redmon et al. 2016, "You Only Look Once") for {@link Scenes}: a grid of
 * cells, each with the class of the item whose centre it holds, and the edges of a box relative to
 * the cell's centre. Its outputs are those of TensorFlow's Object Detection API.
 */
final class DetectorNetwork {
    private static final int CELLS = 6;
    private static final int PLACES = CELLS * CELLS;
    private static final int EDGES = 4;

    /**
     * Of the squared error of the edges, which is small beside the cross-entropy of the classes.
     */
    private static final double WEIGHT_OF_EDGES = 50;

    private static final Set<String> OUTPUTS =
            Set.of(
                    "detection_boxes",
                    "detection_scores",
                    "detection_classes",
                    "raw_detection_scores");

    private DetectorNetwork() {}

    /** A detector trained on scenes. */
    static FlatGraph trained(Scenes scenes, InputSpec input, Training options, long seed) {
        var untrained = network(seed);
        var images = scenes.images();
        var boxes = scenes.boxes();
        var cells = new ArrayList<Mask>();
        var edges = new float[images.size()][];
        for (int i = 0; i < images.size(); i++) {
            cells.add(cells(boxes.get(i)));
            edges[i] = edges(boxes.get(i));
        }
        var ofCells = ImageSet.of(images, Annotations.Masks.of(cells));
        var ofEdges = ImageSet.of(images, new Annotations.Values(edges));
        var losses = new ArrayList<LossTerm>();
        new TaskLosses(Task.SEGMENTATION, ofCells, options)
                .withScoredOutput("cells")
                .labels(untrained, 1)
                .ifPresent(losses::add);
        new TaskLosses(Task.REGRESSION, ofEdges, options)
                .withScoredOutput("edges")
                .labels(untrained, WEIGHT_OF_EDGES)
                .ifPresent(losses::add);
        var trained =
                new Trainer(untrained, losses, options, seed)
                        .run(
                                ofCells,
                                Preprocessor.of(input, untrained.signature().inputs().get(0)),
                                TrainingListener.NONE)
                        .graph();
        return trained.edit().outputs(delivered(trained.signature())).build();
    }

    private static List<GraphSignature.Port> delivered(GraphSignature signature) {
        return signature.outputs().stream().filter(p -> OUTPUTS.contains(p.name())).toList();
    }

    private static FlatGraph network(long seed) {
        var net = new SampleNetwork(seed);
        var x = net.input("image", -1, Scenes.SIDE, Scenes.SIDE, 1);
        x = layer(net, "conv1", x, 1, 16, 2);
        x = layer(net, "conv2", x, 16, 32, 2);
        x = layer(net, "conv3", x, 32, 64, 2);
        x = layer(net, "conv4", x, 64, 64, 1);
        x = layer(net, "conv5", x, 64, 64, 1);
        int classes = Scenes.CLASSES;
        var logits = net.bias("cells/bias", net.conv("cells", x, 1, 64, classes, 1), classes);
        var cells = net.softmax("cells/softmax", logits);
        var edges = net.bias("edges/bias", net.conv("edges", x, 1, 64, EDGES, 1), EDGES);
        return net.output("cells", cells, -1, CELLS, CELLS, classes)
                .output("edges", edges, -1, CELLS, CELLS, EDGES)
                .output("raw_detection_scores", cells, -1, CELLS, CELLS, classes)
                .output("detection_boxes", boxes(net, edges), -1, PLACES, EDGES)
                .output("detection_scores", scores(net, cells), -1, PLACES)
                .output("detection_classes", classes(net, logits), -1, PLACES)
                .build();
    }

    private static String layer(
            SampleNetwork net, String name, String x, int in, int out, int stride) {
        var convolved = net.conv(name, x, 3, in, out, stride);
        return net.relu(name + "/relu", net.batchNorm(name + "/norm", convolved, out));
    }

    private static String boxes(SampleNetwork net, String edges) {
        var centres = new float[PLACES * EDGES];
        for (int i = 0; i < centres.length; i++) {
            int cell = i / EDGES;
            centres[i] = centre(i % 2 == 0 ? cell / CELLS : cell % CELLS);
        }
        var grid = net.values("grid", centres, 1, CELLS, CELLS, EDGES);
        return net.reshape("boxes", net.plus("boxes/add", edges, grid), -1, PLACES, EDGES);
    }

    private static String scores(SampleNetwork net, String cells) {
        var largest =
                net.add(
                        NodeBuilder.of("Max", "scores/max")
                                .input(ofItems(net, "scores", cells))
                                .input(net.ints("scores/axis", 3))
                                .type("T", DT_FLOAT)
                                .type("Tidx", DT_INT32)
                                .bool("keep_dims", false));
        return net.reshape("scores", largest, -1, PLACES);
    }

    private static String classes(SampleNetwork net, String logits) {
        var ids =
                net.add(
                        NodeBuilder.of("ArgMax", "classes/largest")
                                .input(ofItems(net, "classes", logits))
                                .input(net.scalar("classes/axis", 3))
                                .type("T", DT_FLOAT)
                                .type("Tidx", DT_INT32)
                                .type("output_type", DT_INT64));
        var numbers =
                net.add(
                        NodeBuilder.of("Cast", "classes/cast")
                                .input(ids)
                                .type("SrcT", DT_INT64)
                                .type("DstT", DT_FLOAT));
        return net.reshape("classes", numbers, -1, PLACES);
    }

    /** Without the background. */
    private static String ofItems(SampleNetwork net, String name, String cells) {
        return net.add(
                NodeBuilder.of("Slice", name + "/items")
                        .input(cells)
                        .input(net.ints(name + "/items/begin", 0, 0, 0, 1))
                        .input(net.ints(name + "/items/size", -1, -1, -1, -1))
                        .type("T", DT_FLOAT)
                        .type("Index", DT_INT32));
    }

    /** The class of each cell: that of the item whose centre it holds, else 0. */
    private static Mask cells(List<Box> boxes) {
        var classes = new byte[PLACES];
        for (var box : boxes) {
            classes[cell(middle(box.y1(), box.y2())) * CELLS + cell(middle(box.x1(), box.x2()))] =
                    (byte) (box.label() + 1);
        }
        return new Mask(CELLS, CELLS, classes);
    }

    /** The edges of the nearest box, relative to the centre of each cell. */
    private static float[] edges(List<Box> boxes) {
        var edges = new float[PLACES * EDGES];
        for (int i = 0; i < PLACES; i++) {
            float y = centre(i / CELLS);
            float x = centre(i % CELLS);
            var nearest =
                    boxes.stream()
                            .min(
                                    Comparator.comparing(
                                            box ->
                                                    Math.hypot(
                                                            middle(box.y1(), box.y2()) - y,
                                                            middle(box.x1(), box.x2()) - x)))
                            .orElseThrow();
            edges[i * EDGES] = nearest.y1() / Scenes.SIDE - y;
            edges[i * EDGES + 1] = nearest.x1() / Scenes.SIDE - x;
            edges[i * EDGES + 2] = nearest.y2() / Scenes.SIDE - y;
            edges[i * EDGES + 3] = nearest.x2() / Scenes.SIDE - x;
        }
        return edges;
    }

    /** Relative to the image. */
    private static float middle(float from, float to) {
        return (from + to) / 2 / Scenes.SIDE;
    }

    private static int cell(float position) {
        return Math.min(CELLS - 1, (int) (position * CELLS));
    }

    private static float centre(int cell) {
        return (cell + 0.5f) / CELLS;
    }
}
