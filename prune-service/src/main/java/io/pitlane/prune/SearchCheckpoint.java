package io.pitlane.prune;

import io.pitlane.contract.finding.Finding;
import io.pitlane.contract.finding.PruningSearch.Try;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphEditor;
import io.pitlane.training.checkpoint.Checkpoints;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.GraphDef;

/**
 * The state of a {@link CutSearch} in a checkpoint: the tries, and the model that is kept so far.
 */
final class SearchCheckpoint {
    private static final String NAME = "cut-search";
    private static final byte[] DONE = {};

    private final Checkpoints checkpoints;
    private final List<Try> tries;
    private final Optional<PrunedModel> held;

    /**
     * The checkpoint as JSON; the graph of the held model follows it.
     *
     * @param removed null where no try has held
     */
    private record State(
            List<Try> tries, Set<Integer> removed, List<String> notes, List<Finding> findings) {}

    /**
     * Reads what is there.
     *
     * @param before the model that is cut, whose signature all models share
     */
    SearchCheckpoint(Checkpoints checkpoints, FlatGraph before) {
        this.checkpoints = checkpoints;
        var saved = checkpoints.load(NAME);
        try {
            var in = new DataInputStream(new ByteArrayInputStream(saved.orElse(DONE)));
            var state =
                    saved.isEmpty()
                            ? new State(List.of(), null, null, null)
                            : ContractJson.MAPPER.readValue(
                                    in.readNBytes(in.readInt()), State.class);
            this.tries = state.tries();
            this.held =
                    state.removed() == null
                            ? Optional.empty()
                            : Optional.of(model(state, GraphDef.parseFrom(in), before));
        } catch (IOException e) {
            throw new UncheckedIOException("the checkpoint of a search is damaged", e);
        }
    }

    private static PrunedModel model(State state, GraphDef graph, FlatGraph before) {
        var nodes = graph.getNodeList();
        return new PrunedModel(
                        GraphEditor.of(nodes, before.signature(), graph.getVersions()).build(),
                        Map.of(),
                        state.notes(),
                        Finding.known(state.findings()))
                .without(state.removed());
    }

    /** The tries of an earlier attempt, in their order. */
    List<Try> tries() {
        return tries;
    }

    /** The model of the largest cut that held; its masks are the zeros of its kernels. */
    Optional<PrunedModel> held() {
        return held;
    }

    /**
     * Saves the state after a try.
     *
     * @param training name of its training, whose own checkpoint is not needed any more
     */
    void save(List<Try> made, Optional<PrunedModel> best, String training) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            var json =
                    ContractJson.MAPPER.writeValueAsBytes(
                            new State(
                                    made,
                                    best.map(PrunedModel::removed).orElse(null),
                                    best.map(PrunedModel::notes).orElse(null),
                                    best.map(PrunedModel::findings).orElse(null)));
            out.writeInt(json.length);
            out.write(json);
            if (best.isPresent()) {
                best.get().graph().toGraphDef().writeTo(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array takes every byte", e);
        }
        checkpoints.save(NAME, bytes.toByteArray());
        checkpoints.save(training, DONE);
    }
}
