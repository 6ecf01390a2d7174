package io.pitlane.graph.channels;

import io.pitlane.graph.channels.dependency.ChannelGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/** Collects the notes on each group: what was removed, what was left alone and why. */
final class PruningNotes {
    private final List<String> leftAlone = new ArrayList<>();
    private final List<String> others = new ArrayList<>();
    private int groups;
    private int pruned;
    private int channels;
    private int removed;

    /** Notes a layer whose channels cannot be traced. */
    void addUnsupported(NodeDef layer) {
        leftAlone.add(
                "left alone: %s: channel pruning does not support this %s"
                        .formatted(layer.getName(), layer.getOp()));
    }

    /** Adds a note after those on groups. */
    void add(String note) {
        others.add(note);
    }

    /**
     * Notes a group and how many of its channels were removed.
     *
     * @param reason why the allocation leaves it alone; empty for none
     */
    void add(ChannelGroup group, int removedOfGroup, Optional<String> reason) {
        groups++;
        pruned += removedOfGroup > 0 ? 1 : 0;
        channels += group.removable().length;
        removed += removedOfGroup;
        if (!group.reasons().isEmpty()) {
            var share = group.removable().length == 0 ? "" : "some channels of ";
            leftAlone.add(
                    "left alone: %s%s: %s"
                            .formatted(
                                    share,
                                    String.join(", ", group.layers()),
                                    String.join("; ", group.reasons())));
        } else if (removedOfGroup == 0) {
            leftAlone.add(
                    "left alone: %s, because %s"
                            .formatted(
                                    String.join(", ", group.layers()),
                                    reason.orElse(
                                            "the ratio leaves nothing to remove of %d channels"
                                                    .formatted(group.removable().length))));
        }
    }

    /** The notes, the total first. */
    List<String> list() {
        var notes = new ArrayList<String>();
        notes.add(
                "channels removed: %d of %d removable, in %d of %d groups of layers"
                        .formatted(removed, channels, pruned, groups));
        notes.addAll(leftAlone);
        notes.addAll(others);
        return List.copyOf(notes);
    }
}
