package io.pitlane.graph.channels.dependency;

/**
 * One axis of one weight, which shrinks when its channels are removed.
 *
 * @param constant name of the Const node
 * @param channels the axis, and the channel at each of its positions
 * @param role how the weight relates to these channels
 */
public record WeightSlice(String constant, Channels channels, Role role) {

    /** How a weight relates to the channels along one of its axes; the strongest role first. */
    public enum Role {
        /** Computes them: the filters of a convolution, the columns of a dense kernel. */
        PRODUCES,
        /** Has one value for each: bias, batch norm, a constant factor. */
        ACCOMPANIES,
        /** Reads them: the input side of a convolution or dense kernel. */
        CONSUMES
    }

    /** The same slice, with the stronger of its role and another. */
    WeightSlice inRole(Role other) {
        return other.compareTo(role) < 0 ? new WeightSlice(constant, channels, other) : this;
    }
}
