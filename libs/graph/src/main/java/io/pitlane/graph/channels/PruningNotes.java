package io.pitlane.graph.channels;

import io.pitlane.graph.channels.dependency.ChannelGroup;
import java.util.ArrayList;
import java.util.List;

/** Collects what a reader wants to know about each group: what went, what stayed and why. */
final class PruningNotes {
    private final List<String> leftAlone = new ArrayList<>();
    private int groups;
    private int pruned;
    private int channels;
    private int removed;

    /** Takes note of a group and of how many of its channels were removed. */
    void add(ChannelGroup group, int removedOfGroup) {
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
                    "left alone: %s, because the ratio leaves nothing to remove of %d channels"
                            .formatted(
                                    String.join(", ", group.layers()), group.removable().length));
        }
    }

    /** The notes, the sum first. */
    List<String> list() {
        var notes = new ArrayList<String>();
        notes.add(
                "channels removed: %d of %d removable, in %d of %d groups of layers"
                        .formatted(removed, channels, pruned, groups));
        notes.addAll(leftAlone);
        return List.copyOf(notes);
    }
}
