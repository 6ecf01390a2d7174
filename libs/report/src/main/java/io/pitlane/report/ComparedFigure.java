package io.pitlane.report;

import io.pitlane.contract.report.Report.Latency;
import java.util.Locale;
import java.util.stream.Stream;

/** A figure by which models of several runs can be compared. */
public enum ComparedFigure {
    /** The figure that the task is measured by, such as accuracy. */
    QUALITY("quality of the task", false),
    /** Size of the file that the engine runs, in bytes. */
    SIZE("size", true),
    /** Size of the packed file, in bytes. */
    PACKED("packed size", true),
    /** Weights and biases. */
    PARAMETERS("parameters", true),
    /** Multiply-accumulates per image. */
    MACS("MACs", true),
    /** Median time of a call, in milliseconds. */
    LATENCY("latency p50", true),
    /** Images per second. */
    THROUGHPUT("throughput", false);

    private final String title;
    private final boolean lessIsBetter;

    ComparedFigure(String title, boolean lessIsBetter) {
        this.title = title;
        this.lessIsBetter = lessIsBetter;
    }

    /** Its name in addresses, as {@code latency}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it is, for a reader. */
    public String title() {
        return title;
    }

    /** The figure of this label; {@code otherwise} where there is none. */
    public static ComparedFigure of(String label, ComparedFigure otherwise) {
        return Stream.of(values())
                .filter(figure -> figure.label().equals(label))
                .findFirst()
                .orElse(otherwise);
    }

    /** Whether less of it is better. */
    boolean lessIsBetter(QualityMetric quality) {
        return this == QUALITY ? quality.error() : lessIsBetter;
    }

    /** What it is with its unit: the name of an axis, and of a column of numbers. */
    String unitTitle(QualityMetric quality, int batch) {
        return switch (this) {
            case QUALITY -> quality.title() + (quality.share() ? " (%)" : "");
            case SIZE, PACKED -> title + " (bytes)";
            case PARAMETERS, MACS -> title;
            case LATENCY -> title + " at batch " + batch + " (ms)";
            case THROUGHPUT -> title + " at batch " + batch + " (images/s)";
        };
    }

    /** The figure of a model in its unit; null where there is none. */
    Double value(ComparedModel model, QualityMetric quality) {
        return switch (this) {
            case QUALITY -> model.result().scored().map(quality::plotted).orElse(null);
            case SIZE -> model.result().sizeBytes().map(Long::doubleValue).orElse(null);
            case PACKED -> (double) model.figures().packedBytes();
            case PARAMETERS -> (double) model.figures().parameters();
            case MACS -> (double) model.figures().macs();
            case LATENCY -> model.latency().map(Latency::p50Millis).orElse(null);
            case THROUGHPUT -> model.latency().map(Latency::imagesPerSecond).orElse(null);
        };
    }

    /** The figure of a model for a reader. */
    String text(ComparedModel model, QualityMetric quality) {
        var value = value(model, quality);
        if (value == null) {
            return FigureFormat.NONE;
        }
        return switch (this) {
            case QUALITY -> model.result().scored().map(quality::text).orElseThrow();
            case SIZE, PACKED -> FigureFormat.bytes(value.longValue());
            case PARAMETERS, MACS -> FigureFormat.count(value.longValue());
            case LATENCY -> FigureFormat.millis(value);
            case THROUGHPUT -> FigureFormat.perSecond(value);
        };
    }
}
