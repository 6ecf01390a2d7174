package io.pitlane.training;

import io.pitlane.contract.data.Task;
import io.pitlane.contract.training.DistillationLoss;
import io.pitlane.contract.training.Training;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.SampleGraphs;
import io.pitlane.training.weights.WeightInitializer;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Trains a residual network and prints the digest of its weights; a program for a separate JVM. */
final class TrainingDigest {
    private TrainingDigest() {}

    public static void main(String[] arguments) throws NoSuchAlgorithmException {
        var teacher = SampleGraphs.residual();
        var student = WeightInitializer.initialize(teacher, 3);
        var images = SampleGraphsTrainTest.noise(96);
        var training =
                Training.builder()
                        .epochs(3)
                        .learningRate(0.01)
                        .batchSize(32)
                        .augmentation(new Training.Augmentation(true, 2, 0.2))
                        .batchNorm(Training.BatchNorm.TRAINED)
                        .build();
        var loss = DistillationLoss.builder().labels(0).softTargets(1).temperature(2).build();
        var trained =
                new FineTuning(student, teacher, Task.CLASSIFICATION, training, loss, 3)
                        .run(images, SampleGraphsTrainTest.input(student), TrainingListener.NONE)
                        .graph();
        var digest = MessageDigest.getInstance("SHA-256");
        for (var node : trained.nodes()) {
            if (FloatTensor.isFloatConst(node)) {
                var values = FloatTensor.of(node).values();
                var bytes = ByteBuffer.allocate(values.length * Float.BYTES);
                bytes.asFloatBuffer().put(values);
                digest.update(bytes.array());
            }
        }
        System.out.println(HexFormat.of().formatHex(digest.digest()));
    }
}
