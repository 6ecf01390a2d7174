package io.pitlane.model.train;

import static io.pitlane.contract.FailureException.invalidInput;

import io.pitlane.contract.Task;
import io.pitlane.model.eval.ClassScores;
import io.pitlane.model.graph.FlatGraph;
import io.pitlane.model.graph.GraphSignature;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.tensorflow.proto.DataType;

/** Finds the output that labels are for. */
final class ScoredHead {
    private final FlatGraph graph;

    private ScoredHead(FlatGraph graph) {
        this.graph = graph;
    }

    /**
     * The head of the output that a task scores.
     *
     * @param output its name; null for a choice by the task
     * @return empty when no output is of the task's kind
     * @throws io.pitlane.contract.FailureException INVALID_INPUT when the named output is not there
     *     or cannot be trained
     */
    static Optional<Head> of(FlatGraph graph, Task task, String output) {
        var search = new ScoredHead(graph);
        var head = output == null ? search.byTask(task) : Optional.of(search.named(output));
        return head.map(h -> task == Task.REGRESSION ? h : h.asClassifier());
    }

    private Head named(String output) {
        return ports().filter(port -> port.name().equals(output))
                .findFirst()
                .map(port -> Head.of(graph, port))
                .orElseThrow(
                        () ->
                                invalidInput(
                                        "The model has no output '%s'; it has %s."
                                                .formatted(
                                                        output,
                                                        ports().map(GraphSignature.Port::name)
                                                                .toList()),
                                        "Name one of them in the plan's output."));
    }

    private Optional<Head> byTask(Task task) {
        return switch (task) {
            case CLASSIFICATION -> classScores().or(this::chosenClass);
            case SEGMENTATION ->
                    first(ports().filter(port -> isFloat(port) && hasRank(port, 4)))
                            .or(() -> first(ports().filter(port -> !isFloat(port))));
            case REGRESSION -> first(ports().filter(ScoredHead::isFloat));
            case DETECTION -> Optional.empty();
        };
    }

    private Optional<Head> classScores() {
        return ports().anyMatch(port -> isFloat(port) && holdsOneClass(port))
                ? Optional.of(Head.of(graph, ClassScores.of(graph.signature())))
                : Optional.empty();
    }

    private Optional<Head> chosenClass() {
        return first(ports());
    }

    private Optional<Head> first(Stream<GraphSignature.Port> among) {
        return among.map(port -> HeadSearch.head(graph, port))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Stream<GraphSignature.Port> ports() {
        return graph.signature().outputs().stream();
    }

    private static boolean isFloat(GraphSignature.Port port) {
        return port.dtype() == DataType.DT_FLOAT;
    }

    private static boolean holdsOneClass(GraphSignature.Port port) {
        return hasRank(port, 2)
                || hasRank(port, 4) && port.shape().subList(1, 3).equals(List.of(1L, 1L));
    }

    private static boolean hasRank(GraphSignature.Port port, int rank) {
        return port.shape() == null || port.shape().size() == rank;
    }
}
