package io.pitlane.gateway.board;

import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.run.DeliveredModel;
import io.pitlane.contract.run.RunModel;
import io.pitlane.contract.run.RunState;
import io.pitlane.report.FigureFormat;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of a run.
 *
 * @param file name for it
 * @param address where it is
 * @param what it holds, in a few words
 */
public record Download(String file, String address, String what) {

    /**
     * The candidate in each format, the report, the plan, then the model of each step.
     *
     * @param reported whether there is a report
     */
    static List<Download> of(RunState run, boolean reported) {
        var files = new ArrayList<Download>();
        run.deliverables().forEach(delivered -> files.add(delivered(run, delivered)));
        if (reported) {
            files.add(new Download("report.html", page(run, "report.html"), "the report"));
            files.add(new Download("report.json", api(run, "report"), "every figure"));
        }
        files.add(new Download("plan.json", page(run, "plan.json"), "the plan as it ran"));
        run.models().forEach(model -> files.add(model(run, model)));
        return List.copyOf(files);
    }

    private static Download delivered(RunState run, DeliveredModel model) {
        var archived = model.format() == DeliveryFormat.TENSORFLOW;
        return new Download(
                archived ? "model.tar.gz" : model.format().fileName(),
                api(run, "model?format=" + model.format().label()),
                "the candidate, %s, %s"
                        .formatted(
                                archived ? "a SavedModel" : model.format().label(),
                                FigureFormat.bytes(model.sizeBytes())));
    }

    private static Download model(RunState run, RunModel model) {
        return new Download(
                model.label() + ".tar.gz",
                api(run, "models/" + model.label()),
                "the model %s, a SavedModel, %s packed"
                        .formatted(
                                model.label().equals(RunModel.ORIGINAL)
                                        ? "that came in"
                                        : "after this step",
                                FigureFormat.bytes(model.artifact().sizeBytes())));
    }

    private static String api(RunState run, String path) {
        return "/api/runs/" + run.runId() + "/" + path;
    }

    private static String page(RunState run, String path) {
        return "/runs/" + run.runId() + "/" + path;
    }
}
