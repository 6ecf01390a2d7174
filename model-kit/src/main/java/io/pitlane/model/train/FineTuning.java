package io.pitlane.model.train;

import io.pitlane.contract.FineTune;
import io.pitlane.model.data.ImageSet;
import io.pitlane.model.data.Preprocessor;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.FloatTensor;
import io.pitlane.model.runtime.GraphSession;
import java.util.Map;

/**
 * Trains a changed model back to accuracy, as {@link FineTune} says.
 *
 * <p>1. Every output gets a loss, from the labels where there are any and from the teacher: soft
 * targets for class scores, squared difference for an output without activation. 2. Weights become
 * variables and Adam moves them, masked weights staying zero. 3. The weights of the best epoch
 * become constants again.
 */
public final class FineTuning {
    private final FlatGraph student;
    private final FlatGraph teacher;
    private final FineTune options;
    private final Map<String, FloatTensor> masks;
    private final long seed;

    /**
     * Fine-tuning of one model.
     *
     * @param student the changed model
     * @param teacher the original, whose outputs have the same names
     * @param masks 0/1 by the name of a weight's Const: where it is 0 the weight stays 0
     * @param seed decides the order of the images
     */
    public FineTuning(
            FlatGraph student,
            FlatGraph teacher,
            FineTune options,
            Map<String, FloatTensor> masks,
            long seed) {
        this.student = student;
        this.teacher = teacher;
        this.options = options;
        this.masks = Map.copyOf(masks);
        this.seed = seed;
    }

    /**
     * Trains.
     *
     * @return the student with the trained weights
     * @throws io.pitlane.contract.FailureException INVALID_INPUT when images, labels and model do
     *     not fit together, the model has nothing to train, or training diverges
     */
    public FlatGraph run(ImageSet train, Preprocessor input, TrainingListener listener) {
        if (options.epochs() == 0) {
            return student;
        }
        var schedule =
                new TrainingLoop.Schedule(
                        options.epochs(), options.learningRate(), options.batchSize(), seed);
        try (var original = GraphSession.open(teacher);
                var graph =
                        new TrainingGraph(
                                student,
                                new Losses(options, train, original).of(student, teacher),
                                masks)) {
            return withWeights(new TrainingLoop(graph, train, input, schedule, listener).run());
        }
    }

    private FlatGraph withWeights(Map<String, FloatTensor> weights) {
        var edit = student.edit();
        weights.forEach((name, value) -> edit.put(value.toConst(name)));
        return edit.build();
    }
}
