package io.pitlane.cli.model;

import io.pitlane.contract.step.StageName;
import io.pitlane.formats.export.ExportObstacle;
import io.pitlane.graph.GraphSignature.Port;
import io.pitlane.graph.footprint.LayerFootprint;
import io.pitlane.graph.footprint.ModelDescription;
import io.pitlane.pipeline.stage.ModelAdvice;
import io.pitlane.report.FigureFormat;
import io.pitlane.report.TextTable;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/**
 * The description of a model as text: the output of {@code pitlane inspect}.
 *
 * @param model what it is made of
 * @param batch what became of a fixed batch size; empty when there was none
 * @param advice what each technique can do with it
 * @param onnxObstacles the nodes that keep it from being exported to ONNX
 * @param tfliteObstacles likewise to TFLite
 * @param sizeBytes size of the SavedModel on disk
 */
public record ModelSheet(
        ModelDescription model,
        Optional<String> batch,
        Map<StageName, ModelAdvice> advice,
        List<ExportObstacle> onnxObstacles,
        List<ExportObstacle> tfliteObstacles,
        long sizeBytes) {

    /** The text, without a line feed at the end. */
    public String render() {
        var sheet = new StringJoiner("\n\n");
        sheet.add(signatureLines());
        sheet.add(figureLines());
        sheet.add(layers().render());
        sheet.add(operationTable().render());
        if (!advice.isEmpty()) {
            sheet.add(adviceLines());
        }
        if (!onnxObstacles.isEmpty()) {
            sheet.add(obstacleLines("ONNX", onnxObstacles));
        }
        if (!tfliteObstacles.isEmpty()) {
            sheet.add(obstacleLines("TFLite", tfliteObstacles));
        }
        return sheet.toString();
    }

    private String signatureLines() {
        var lines = new StringJoiner("\n");
        lines.add("signature   " + model.signature().key());
        model.signature().inputs().forEach(port -> lines.add("  in        " + describe(port)));
        model.signature().outputs().forEach(port -> lines.add("  out       " + describe(port)));
        batch.ifPresent(note -> lines.add("  batch     " + note));
        return lines.toString();
    }

    private static String describe(Port port) {
        var type = port.dtype().name().replaceFirst("^DT_", "").toLowerCase(Locale.ROOT);
        return port.name() + "  " + type + " " + shape(port.shape());
    }

    private static String shape(List<Long> shape) {
        if (shape == null) {
            return "of any shape";
        }
        return shape.stream()
                .map(size -> size < 0 ? "?" : String.valueOf(size))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private String figureLines() {
        var footprint = model.footprint();
        return ("format      %s%nsize        %s%nparameters  %s (%s not zero)%nMACs        %s"
                        + "%nONNX        %s%nTFLite      %s")
                .formatted(
                        footprint.format(),
                        FigureFormat.bytes(sizeBytes),
                        FigureFormat.count(footprint.parameters()),
                        FigureFormat.count(footprint.nonZeroParameters()),
                        hasAnySize()
                                ? "by the size of the image, which can be any"
                                : FigureFormat.count(footprint.macs()) + " an image",
                        exportability(onnxObstacles),
                        exportability(tfliteObstacles));
    }

    private static String exportability(List<ExportObstacle> obstacles) {
        return obstacles.isEmpty()
                ? "can be exported"
                : "cannot be exported; the nodes in the way are listed below";
    }

    private boolean hasAnySize() {
        return model.signature().inputs().stream()
                .map(Port::shape)
                .anyMatch(
                        shape ->
                                shape == null || shape.stream().skip(1).anyMatch(size -> size < 0));
    }

    private TextTable layers() {
        var table = new TextTable(List.of("layer", "op", "shape", "parameters", "MACs"), 3);
        model.footprint()
                .layers()
                .forEach(
                        layer ->
                                table.add(
                                        List.of(
                                                layer.name(),
                                                layer.op(),
                                                shape(layer.outputShape()),
                                                FigureFormat.count(layer.parameters()),
                                                macs(layer))));
        return table;
    }

    private String macs(LayerFootprint layer) {
        return hasAnySize() && layer.macs() == 0 ? "?" : FigureFormat.count(layer.macs());
    }

    private TextTable operationTable() {
        var table = new TextTable(List.of("operation", "count"));
        model.ops().entrySet().stream()
                .sorted(
                        Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                                .thenComparing(Map.Entry.comparingByKey()))
                .forEach(op -> table.add(List.of(op.getKey(), String.valueOf(op.getValue()))));
        return table;
    }

    private String adviceLines() {
        return advice.entrySet().stream()
                .map(
                        technique ->
                                technique.getKey().label()
                                        + technique.getValue().sentences().stream()
                                                .map(sentence -> "\n  - " + sentence)
                                                .collect(Collectors.joining()))
                .collect(Collectors.joining("\n\n"));
    }

    private static String obstacleLines(String format, List<ExportObstacle> obstacles) {
        return obstacles.stream()
                .map(obstacle -> "\n  - " + obstacle)
                .collect(Collectors.joining("", "not in " + format, ""));
    }
}
