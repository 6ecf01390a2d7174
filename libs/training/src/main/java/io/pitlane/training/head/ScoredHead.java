package io.pitlane.training.head;

import io.pitlane.contract.data.Task;
import io.pitlane.data.task.ScoredOutput;
import io.pitlane.graph.FlatGraph;
import java.util.Optional;

/** Finds what labels are for: the head of the output that bench scores. */
public final class ScoredHead {
    private ScoredHead() {}

    /**
     * The head of the output that a task scores.
     *
     * @param output its name; null for a choice by the task
     * @return empty when no output is of the task's kind, or that one cannot be trained
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when the named output is
     *     not there or not of the task's kind
     */
    public static Optional<Head> of(FlatGraph graph, Task task, String output) {
        return ScoredOutput.of(graph.signature(), task, output)
                .flatMap(port -> HeadSearch.head(graph, port))
                .map(head -> task == Task.REGRESSION ? head : head.asClassifier());
    }
}
