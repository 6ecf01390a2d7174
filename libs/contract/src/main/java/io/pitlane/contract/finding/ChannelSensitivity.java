package io.pitlane.contract.finding;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * How much the outputs of a model change when a group of layers loses its least salient channels,
 * before anything is trained.
 *
 * @param samples number of images
 * @param metric name of the task's figure, as {@code accuracy}; null without labels
 * @param before the task's figure with every channel; null without labels
 * @param groups in the order of the graph
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ChannelSensitivity(int samples, String metric, Double before, List<Group> groups)
        implements Finding {

    public ChannelSensitivity {
        groups = groups == null ? List.of() : List.copyOf(groups);
    }

    /**
     * Layers that lose channels together.
     *
     * @param layers their names
     * @param channels number of channels that can be removed
     * @param removed how many of them the step removed
     * @param points in ascending order of the channels removed
     */
    public record Group(List<String> layers, int channels, int removed, List<Point> points) {
        public Group {
            layers = List.copyOf(layers);
            points = List.copyOf(points);
        }

        /** The same, where the step left only some of the channels. */
        public Group withLeft(int left) {
            return new Group(layers, channels, channels - left, points);
        }

        /** The share of the channels that the step removed, 0..1. */
        @JsonIgnore
        public double removedRatio() {
            return channels == 0 ? 0 : (double) removed / channels;
        }
    }

    /**
     * One measurement: this group without some channels, the others complete.
     *
     * @param ratio share of the group's channels removed, 0..1
     * @param removed number of them
     * @param error against the model with every channel
     */
    public record Point(double ratio, int removed, OutputError error) {}
}
