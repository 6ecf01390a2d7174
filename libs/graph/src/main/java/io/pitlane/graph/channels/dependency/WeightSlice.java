package io.pitlane.graph.channels.dependency;

/**
 * One axis of one weight, which becomes shorter when its channels are removed.
 *
 * @param constant name of the Const node
 * @param channels the axis, and the channel at each of its positions
 * @param role what the weight does for these channels
 */
public record WeightSlice(String constant, Channels channels, Role role) {

    /** What a weight does for the channels along one of its axes; the strongest role first. */
    enum Role {
        /** Makes them: the filters of a convolution, the columns of a dense kernel. */
        PRODUCES,
        /** Changes each by itself: bias, batch norm, a constant factor. */
        ACCOMPANIES,
        /** Reads them: the input side of a convolution or dense kernel. */
        CONSUMES
    }

    /** The same slice, in the stronger of its own role and another. */
    WeightSlice inRole(Role other) {
        return other.compareTo(role) < 0 ? new WeightSlice(constant, channels, other) : this;
    }
}
