package io.pitlane.cli.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.plan.Plan;
import io.pitlane.report.FigureFormat;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/**
 * What a plan does, before it is run: the output of {@code pitlane plan check}.
 *
 * @param name of the plan
 * @param task what the model is for
 * @param model what comes in
 * @param train training images
 * @param test test images
 * @param steps what runs, in order
 * @param constraints what the candidate must meet, with the default limit where one applies
 * @param deliver formats of the candidate, where they can express it
 * @param seconds rough estimate of the whole run's time on this machine
 */
public record PlanSummary(
        String name,
        Task task,
        Model model,
        Images train,
        Images test,
        List<PlannedWork> steps,
        JsonNode constraints,
        List<DeliveryFormat> deliver,
        double seconds) {

    /**
     * The model that comes in.
     *
     * @param path as written in the plan
     * @param sizeBytes of the SavedModel
     * @param macs for one image
     */
    public record Model(String path, long sizeBytes, long parameters, long macs) {}

    /**
     * A set of images.
     *
     * @param paths files and folders that are read
     * @param count number of images
     * @param annotations their kind, as {@code classes}; null for none
     */
    public record Images(List<String> paths, int count, String annotations) {
        private String text() {
            return "%d images with %s, from %s"
                    .formatted(
                            count,
                            annotations == null ? "no annotations" : annotations,
                            String.join(", ", paths));
        }
    }

    /**
     * A step.
     *
     * @param label of the model that it makes
     * @param summary what it does
     * @param options as written, without defaults
     * @param seconds rough estimate of its time
     */
    public record PlannedWork(String label, String summary, JsonNode options, double seconds) {}

    static List<DeliveryFormat> delivered(Plan plan) {
        return plan.deliver() == null ? List.of(DeliveryFormat.values()) : plan.deliver();
    }

    /** The text, without a line feed at the end. */
    public String render() {
        var lines = new StringJoiner("\n");
        lines.add("plan      " + name + ", for " + task.label());
        lines.add(
                "model     %s: %s, %s parameters, %s MACs an image"
                        .formatted(
                                model.path(),
                                FigureFormat.bytes(model.sizeBytes()),
                                FigureFormat.count(model.parameters()),
                                FigureFormat.count(model.macs())));
        lines.add("train     " + train.text());
        lines.add("test      " + test.text());
        for (int i = 0; i < steps.size(); i++) {
            var step = steps.get(i);
            lines.add(
                    "step %d    %s: %s; %s"
                            .formatted(
                                    i + 1,
                                    step.label(),
                                    step.summary(),
                                    TimeEstimate.words(step.seconds())));
            if (!step.options().isEmpty()) {
                lines.add("          " + Yaml.flow(step.options()));
            }
        }
        lines.add("passes    if " + Yaml.flow(constraints) + " is met");
        lines.add(
                "delivers  "
                        + deliver.stream()
                                .map(DeliveryFormat::label)
                                .collect(Collectors.joining(", "))
                        + ", as far as the format can express the model");
        lines.add(
                "takes     %s on this machine, a rough estimate; steps that the server knows the"
                                .formatted(TimeEstimate.words(seconds))
                        + " result of take none");
        return lines.toString();
    }
}
