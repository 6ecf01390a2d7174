package io.pitlane.training;

import io.pitlane.contract.engine.Engine;
import io.pitlane.contract.training.Training;
import io.pitlane.engines.InferenceEngine;
import io.pitlane.engines.LoadOptions;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.graph.natives.TensorFlowRuntime;
import io.pitlane.graph.runtime.GraphSession;
import io.pitlane.graph.savedmodel.SavedModelReader;
import io.pitlane.graph.savedmodel.SavedModelWriter;
import io.pitlane.training.head.Head;
import io.pitlane.training.loss.ClassificationLoss;
import io.pitlane.training.loss.LossTerm;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Runs, writes and trains a network with a grouped convolution and prints the results. A program of
 * its own, because TensorFlow selects its kernels once per process.
 */
final class GroupedConvolutionProgram {
    private GroupedConvolutionProgram() {}

    /** The argument is an empty folder. */
    public static void main(String[] arguments) {
        var folder = Path.of(arguments[0]);
        var net = new TestNet(-1, 6, 6, 1);
        var graph = network(net);
        var here = answers(graph, net.images());
        SavedModelWriter.write(graph, folder);
        float[] written;
        try (var model = InferenceEngine.of(Engine.TENSORFLOW).load(folder, LoadOptions.DEFAULT)) {
            written = model.predict(net.images()).byName().get("out").values();
        }
        System.out.println("oneDNN " + TensorFlowRuntime.usesOneDnn());
        System.out.println("difference " + difference(here, written));
        System.out.println(
                "read again " + graph.nodes().equals(SavedModelReader.read(folder).nodes()));
        System.out.println("learnt " + learns(graph));
    }

    private static FlatGraph network(TestNet net) {
        var first = net.relu(net.bias("b1", net.conv("c1", "x", 1, 4), 4));
        var grouped = net.relu(net.bias("b2", net.conv("c2", first, 2, 6), 6));
        var scores = net.dense("dense", net.reshape("flat", grouped, -1, 216), 216, 3);
        return net.graph(net.op("Softmax", "out", net.bias("b3", scores, 3)));
    }

    private static float[] answers(FlatGraph graph, FloatTensor images) {
        try (var session = GraphSession.open(graph)) {
            return session.run(images).get(0).values();
        }
    }

    private static float difference(float[] some, float[] others) {
        float largest = 0;
        for (int i = 0; i < some.length; i++) {
            largest = Math.max(largest, Math.abs(some[i] - others[i]));
        }
        return largest;
    }

    private static boolean learns(FlatGraph graph) {
        var images = TinyModels.stripes(200, 5, true);
        var head = Head.of(graph, graph.signature().outputs().get(0)).asClassifier();
        var losses =
                List.<LossTerm>of(
                        new ClassificationLoss(head, 1, images.labels().orElseThrow(), 0));
        var trained =
                new Trainer(graph, losses, Training.DEFAULT.withEpochs(2), 1)
                        .run(images, TinyModels.preprocessor(graph), TrainingListener.NONE);
        var before = FloatTensor.of(graph.node("c2/kernel")).values();
        var after = FloatTensor.of(trained.graph().node("c2/kernel")).values();
        return !Arrays.equals(before, after);
    }
}
