package io.pitlane.cli.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pitlane.cli.model.ModelSheet;
import io.pitlane.contract.data.DataSource;
import io.pitlane.contract.data.DataSpec;
import io.pitlane.contract.data.InputSpec;
import io.pitlane.contract.data.Task;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.plan.FrozenGraphPorts;
import io.pitlane.contract.step.StageName;
import io.pitlane.report.FigureFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * A first plan for a model, as YAML with comments: what is measured and what is assumed, and what
 * each technique can do with the model.
 *
 * @param name of the plan
 * @param model path of the model
 * @param ports of a frozen graph; null for other models
 * @param sheet description of the model
 * @param task what the model is for
 * @param data where the images are; null for places to fill in
 * @param annotated whether the test images have annotations
 * @param input preprocessing
 */
record PlanDraft(
        String name,
        String model,
        FrozenGraphPorts ports,
        ModelSheet sheet,
        Task task,
        DataSpec data,
        boolean annotated,
        InputChoice input) {
    private static final int WIDTH = 100;

    /** The plan: prune, distill, quantize, and a condition on the result. */
    String full() {
        var text = head(name, "Compresses " + model + ".");
        text.add("steps:");
        comment(text, "  ", "Half the channels; fineTune restores what the cut loses.");
        advice(text, StageName.PRUNE);
        text.add("  - prune: {method: channels, ratio: 0.5, fineTune: {epochs: 4}}");
        comment(text, "  ", "The original teaches the pruned model.");
        text.add("  - distill: {training: {epochs: 8}}");
        comment(
                text,
                "  ",
                "Weights and activations of 8 bits, for the int8 kernels of every engine.");
        advice(text, StageName.QUANTIZE);
        text.add("  - quantize: {scheme: int8, calibration: {method: percentile, samples: 512}}");
        comment(text, "  ", "Seconds of timing for each model and batch size.");
        text.add("  - bench: {batchSizes: [1, 32], threads: 1, seconds: 10}");
        comment(text, "", constraintReason());
        text.add("constraints: " + constraints());
        text.add("seed: 17");
        return text + "\n";
    }

    /** The same steps with hardly any work, to see that everything fits together. */
    String smoke() {
        var text = head(name + "-smoke", "A smoke test of the plan " + name + ": no training.");
        text.add("steps:");
        text.add("  - prune: {method: channels, ratio: 0.5, fineTune: {epochs: 0}}");
        text.add("  - quantize: {scheme: int8, calibration: {method: min-max, samples: 32}}");
        text.add("  - bench: {batchSizes: [1], seconds: 0.2, engines: [tensorflow]}");
        comment(
                text,
                "",
                "The accuracy of a model without training says nothing: any size passes.");
        text.add("constraints: {minSizeRatio: 1}");
        return text + "\n";
    }

    private StringJoiner head(String planName, String purpose) {
        var footprint = sheet.model().footprint();
        var text = new StringJoiner("\n");
        comment(text, "", purpose);
        comment(
                text,
                "",
                "The model: %s, %s parameters, %s MACs an image. Every option: docs/reference/plan.md"
                        .formatted(
                                FigureFormat.bytes(sheet.sizeBytes()),
                                FigureFormat.count(footprint.parameters()),
                                FigureFormat.count(footprint.macs())));
        text.add("name: " + planName);
        text.add("model: " + Yaml.flow(ContractJson.MAPPER.valueToTree(model)));
        if (ports != null) {
            text.add("frozenGraph: " + Yaml.flow(ContractJson.MAPPER.valueToTree(ports)));
        }
        text.add("task: " + task.label());
        data(text);
        comment(text, "", input.reason());
        text.add("input: " + Yaml.flow(written(input.input())));
        return text;
    }

    private void data(StringJoiner text) {
        if (data == null) {
            comment(
                    text,
                    "",
                    "Fill in: train is used for training and calibration, test for measuring only."
                            + " One of "
                            + DataSource.FORMS);
        }
        text.add("data:");
        text.add("  train: " + (data == null ? "{folder: path/to/train}" : flow(data.train())));
        text.add("  test: " + (data == null ? "{folder: path/to/test}" : flow(data.test())));
    }

    private static String flow(DataSource source) {
        return Yaml.flow(ContractJson.MAPPER.valueToTree(source));
    }

    /** Without what is a default. */
    private static JsonNode written(InputSpec input) {
        ObjectNode tree = ContractJson.MAPPER.valueToTree(input);
        ObjectNode defaults = ContractJson.MAPPER.valueToTree(InputSpec.DEFAULT);
        var same = new ArrayList<String>();
        tree.fieldNames()
                .forEachRemaining(
                        field -> {
                            var isShown = field.equals("channels") || field.equals("scale");
                            if (!isShown && tree.get(field).equals(defaults.get(field))) {
                                same.add(field);
                            }
                        });
        tree.remove(same);
        return tree;
    }

    private String constraintReason() {
        if (!annotated) {
            return "Without labels: the share of images that keep their class, or the change of the"
                    + " outputs.";
        }
        return task == Task.REGRESSION
                ? "The mean absolute error may grow by five percent."
                : "The result may lose one point against the original.";
    }

    private String constraints() {
        if (annotated) {
            return task == Task.REGRESSION ? "{maxErrorIncrease: 0.05}" : "{maxAccuracyDrop: 0.01}";
        }
        return task == Task.CLASSIFICATION || task == Task.SEGMENTATION
                ? "{minAgreement: 0.98}"
                : "{maxRelativeL2: 0.1}";
    }

    private void advice(StringJoiner text, StageName technique) {
        var advice = sheet.advice().get(technique);
        if (advice != null) {
            advice.sentences().forEach(sentence -> comment(text, "  ", sentence));
        }
    }

    /** Lines of a comment. */
    private static void comment(StringJoiner text, String indent, String sentence) {
        var line = new StringBuilder();
        for (var word : List.of(sentence.split("\\s+"))) {
            if (line.length() + word.length() > WIDTH - indent.length()) {
                text.add(indent + "#" + line);
                line.setLength(0);
            }
            line.append(' ').append(word);
        }
        text.add(indent + "#" + line);
    }
}
