package io.pitlane.prune;

import io.pitlane.contract.finding.Finding;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A pruned model.
 *
 * @param graph the model
 * @param masks by the name of a kernel's Const: 0 where a single weight must stay zero, else 1
 * @param removed the channels that were removed, by their ids in the dependency graph of the model
 *     before; empty where none were
 * @param notes what was removed first, then what was left alone and why
 * @param findings what was measured
 */
record PrunedModel(
        FlatGraph graph,
        Map<String, FloatTensor> masks,
        Set<Integer> removed,
        List<String> notes,
        List<Finding> findings) {

    PrunedModel {
        notes = List.copyOf(notes);
        findings = List.copyOf(findings);
    }

    /** A model that has all its channels. */
    PrunedModel(
            FlatGraph graph,
            Map<String, FloatTensor> masks,
            List<String> notes,
            List<Finding> findings) {
        this(graph, masks, Set.of(), notes, findings);
    }

    /** The same, with the channels that were removed. */
    PrunedModel without(Set<Integer> channels) {
        return new PrunedModel(graph, masks, channels, notes, findings);
    }

    /** The same with trained weights. */
    PrunedModel with(FlatGraph trained) {
        return new PrunedModel(trained, masks, removed, notes, findings);
    }

    /** The same with more notes. */
    PrunedModel with(List<String> more) {
        return new PrunedModel(graph, masks, removed, joined(notes, more), findings);
    }

    /** The same with one more finding. */
    PrunedModel with(Finding finding) {
        return new PrunedModel(graph, masks, removed, notes, joined(findings, List.of(finding)));
    }

    /** The same with a note on its size, after the first. */
    PrunedModel with(Reduction reduction) {
        var more = new ArrayList<>(notes);
        more.add(1, reduction.describe());
        return new PrunedModel(graph, masks, removed, more, findings);
    }

    private static <T> List<T> joined(List<T> some, List<T> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }
}
