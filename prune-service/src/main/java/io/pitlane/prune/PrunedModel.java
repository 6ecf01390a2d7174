package io.pitlane.prune;

import io.pitlane.contract.finding.Finding;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.FloatTensor;
import io.pitlane.training.weights.MaskSchedule;
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
 * @param schedule masks that change during fine-tuning
 */
record PrunedModel(
        FlatGraph graph,
        Map<String, FloatTensor> masks,
        Set<Integer> removed,
        List<String> notes,
        List<Finding> findings,
        MaskSchedule schedule) {

    PrunedModel {
        notes = List.copyOf(notes);
        findings = List.copyOf(findings);
    }

    /** A model that has all its channels. */
    PrunedModel(
            FlatGraph graph,
            Map<String, FloatTensor> masks,
            List<String> notes,
            List<Finding> findings,
            MaskSchedule schedule) {
        this(graph, masks, Set.of(), notes, findings, schedule);
    }

    /** A model that has all its channels, and whose masks do not change. */
    PrunedModel(
            FlatGraph graph,
            Map<String, FloatTensor> masks,
            List<String> notes,
            List<Finding> findings) {
        this(graph, masks, Set.of(), notes, findings, MaskSchedule.NONE);
    }

    /** The same, with the channels that were removed. */
    PrunedModel without(Set<Integer> channels) {
        return new PrunedModel(graph, masks, channels, notes, findings, schedule);
    }

    /** The same with trained weights. */
    PrunedModel with(FlatGraph trained) {
        return new PrunedModel(trained, masks, removed, notes, findings, schedule);
    }

    /** The same with more notes. */
    PrunedModel with(List<String> more) {
        return withNotes(joined(notes, more));
    }

    /** The same with one more finding. */
    PrunedModel with(Finding finding) {
        return new PrunedModel(
                graph, masks, removed, notes, joined(findings, List.of(finding)), schedule);
    }

    /** The same with these notes instead. */
    PrunedModel withNotes(List<String> others) {
        return new PrunedModel(graph, masks, removed, others, findings, schedule);
    }

    private static <T> List<T> joined(List<T> some, List<T> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }
}
