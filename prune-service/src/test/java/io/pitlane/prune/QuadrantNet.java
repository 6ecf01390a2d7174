package io.pitlane.prune;

import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.training.DistillationLoss;
import io.pitlane.contract.training.Training;
import io.pitlane.data.ImageSet;
import io.pitlane.data.preprocessing.Preprocessor;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.channels.dependency.TestNet;
import io.pitlane.training.FineTuning;
import io.pitlane.training.TrainingListener;

/** A small convolutional net that tells which quadrant of an image is bright. */
final class QuadrantNet {
    static final InputSpec INPUT =
            InputSpec.builder().channels(InputSpec.Channels.GREY).scale(1 / 255.0).build();

    private QuadrantNet() {}

    /** The net, trained on the labels of images. */
    static FlatGraph trained(ImageSet images) {
        var untrained = net();
        var training = Training.builder().epochs(12).learningRate(0.01).batchSize(32).build();
        var labelsOnly = DistillationLoss.builder().labels(1).softTargets(0).build();
        return new FineTuning(untrained, untrained, Task.CLASSIFICATION, training, labelsOnly, 1)
                .run(
                        images,
                        Preprocessor.of(INPUT, untrained.signature().inputs().get(0)),
                        TrainingListener.NONE)
                .graph();
    }

    private static FlatGraph net() {
        var net = new TestNet(-1, 8, 8, 1);
        var c1 = net.relu(net.bias("b1", net.conv("c1", "x", 1, 16), 16));
        var c2 = net.relu(net.bias("b2", net.conv("c2", net.pool("p1", c1), 16, 16), 16));
        var flat = net.reshape("flat", net.pool("p2", c2), -1, 64);
        var logits = net.bias("b3", net.dense("d", flat, 64, 4), 4);
        return net.graph(net.op("Softmax", "probs", logits));
    }
}
