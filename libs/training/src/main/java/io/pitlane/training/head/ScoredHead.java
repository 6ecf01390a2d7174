package io.pitlane.training.head;

import io.pitlane.contract.data.Task;
import io.pitlane.data.task.ScoredOutput;
import io.pitlane.graph.FlatGraph;
import java.util.Optional;

/** Finds the head of the output that the accuracy is measured on, which the labels belong to. */
public final class ScoredHead {
    private ScoredHead() {}

    /**
     * The head of the output that a task scores.
     *
     * @param output its name; null for the default output of the task
     * @return empty when no output fits the task, or it cannot be trained
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when the named output is
     *     missing or does not fit the task
     */
    public static Optional<Head> of(FlatGraph graph, Task task, String output) {
        return ScoredOutput.of(graph.signature(), task, output)
                .flatMap(port -> HeadFinder.find(graph, port))
                .map(head -> task == Task.REGRESSION ? head : head.asClassifier());
    }
}
