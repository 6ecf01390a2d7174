package io.pitlane.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.data.Task;
import io.pitlane.contract.finding.ChannelSensitivity;
import io.pitlane.contract.finding.Finding;
import io.pitlane.contract.finding.LayerSensitivity;
import io.pitlane.contract.finding.OutputError;
import io.pitlane.contract.finding.PruningSearch;
import io.pitlane.contract.finding.PruningSearch.Try;
import io.pitlane.contract.finding.QuantizationLadder;
import io.pitlane.contract.finding.QuantizationLadder.Rung;
import io.pitlane.contract.finding.TrainingLosses;
import io.pitlane.contract.report.Accuracy;
import io.pitlane.contract.report.Condition;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.Report.Verdict;
import io.pitlane.contract.run.LineageEntry;
import io.pitlane.contract.step.Step;
import io.pitlane.contract.training.LossCurve;
import io.pitlane.contract.training.TrainingLoss;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
    private static final Step STEP = SampleReport.passed().lineage().get(0).step();

    @Test
    void thePageHoldsFiguresPlotsClassesLineageAndEnvironment() {
        var html = HtmlReport.render(SampleReport.passed());

        assertThat(html)
                .contains("<h1>signs</h1>", SampleReport.RUN, ">passed</span>")
                .contains("<td>94.75 %</td>", "<td>98.0 kB</td>")
                .contains("Accuracy against size", "Accuracy against latency p50 at batch 1")
                .contains("Accuracy against throughput at batch 32")
                .contains("<tr><td>1</td><td>100.00 %</td><td>96.00 %</td><td>-4.00</td>")
                .contains("left &#39;softmax&#39; in float")
                .contains("bbbbbbbbbbbb</code>", "41.3")
                .contains("avx2 avx512_vnni", "Some CPU @ 2.0GHz");
        assertThat(Pattern.compile("<svg viewBox").matcher(html).results()).hasSize(3);
    }

    @Test
    void enginesAreShownInTheHeadlineATableAndThePlot() {
        var html = HtmlReport.render(SampleReport.onEngines());

        assertThat(html)
                .contains("<b>12.50x</b>faster at batch 1 on ONNX Runtime")
                .contains("<h2>Engines</h2>", "<p>TFLite is missing: no natives</p>")
                .contains("<p>TensorFlow and ONNX Runtime give 99.75 % of the test images")
                .contains("<td>quantize</td><td>ONNX Runtime</td><td>1</td><td>1</td>")
                .contains(">quantize, ONNX Runtime</text>");
        assertThat(HtmlReport.render(SampleReport.passed())).doesNotContain("<h2>Engines</h2>");
    }

    @Test
    void theMostSensitiveLayerComesFirstWithTheLongestBar() {
        // Given
        var sensitivity =
                new LayerSensitivity(
                        256,
                        "accuracy",
                        0.95,
                        error(17.5, 0.94),
                        List.of(layer("conv1", 40.0), layer("conv<2>", 20.0)));
        var report = SampleReport.passed();

        // When
        var html = HtmlReport.render(with(sensitivity));

        // Then: an error of 10 % is ten times one of 1 %
        assertThat(html)
                .contains(
                        "<h2>Sensitivity of the layers</h2>",
                        "All quantized layers together: SQNR 17.5 dB")
                .containsSubsequence(
                        "<td>conv&lt;2&gt;</td>",
                        "width=\"240.0\"",
                        "advice for conv&lt;2&gt;",
                        "<td>conv1</td>",
                        "width=\"24.0\"",
                        "exact")
                .contains("<td>-1.50 to 3.00</td><td>2.5x</td>")
                .contains("On 256 training images. All");
        assertThat(HtmlReport.render(with(sensitivity.asCached())))
                .contains("On 256 training images, as an earlier step or run measured them. All");
        assertThat(HtmlReport.render(report)).doesNotContain("Sensitivity");
    }

    @Test
    void everyGroupHasAPlotOverTheSameAxesAndARow() {
        // Given
        var sensitivity =
                new ChannelSensitivity(
                        256,
                        "accuracy",
                        0.9,
                        List.of(group("conv<1>", 0.8, 0.5, 4), group("conv2", 0.9, 0.7, 0)));

        // When
        var html = HtmlReport.render(with(sensitivity));

        // Then: the left end is 0.9 and at the top, y = 10; 0.5 at the bottom, y = 90
        assertThat(html)
                .contains("<h2>Sensitivity to the removal of channels</h2>")
                .contains("Accuracy on 256 training images against the share")
                .containsSubsequence(
                        "Accuracy without channels of conv&lt;1&gt;: 0.8000 at 25 %, 0.5000 at 50 %",
                        "<line class=\"mark\" x1=\"118.0\"",
                        "points=\"44.0,10.0 81.0,30.0 118.0,90.0\"",
                        "<figcaption>conv&lt;1&gt;<br>",
                        "4 of 8 removed",
                        "points=\"44.0,10.0 81.0,10.0 118.0,50.0\"")
                .contains(
                        "<th scope=\"col\">accuracy at 25 %</th>",
                        "<th scope=\"col\">accuracy at 50 %</th>",
                        "<td>conv2</td><td>8</td><td>0</td><td>0.9000</td><td>0.7000</td>");
        assertThat(Pattern.compile("class=\"mark\"").matcher(html).results()).hasSize(1);
    }

    private static ChannelSensitivity.Group group(
            String layer, double first, double second, int removed) {
        return new ChannelSensitivity.Group(
                List.of(layer),
                8,
                removed,
                List.of(
                        new ChannelSensitivity.Point(0.25, 2, error(20.0, first)),
                        new ChannelSensitivity.Point(0.5, 4, error(10.0, second))));
    }

    @Test
    void theRungsOfTheLadderAreShownWithTheOneThatIsKept() {
        // Given
        var ladder =
                new QuantizationLadder(
                        "maxAccuracyDrop",
                        0.005,
                        300,
                        0.95,
                        List.of(
                                new Rung("plain", STEP, error(10.0, 0.90), 0.05, false),
                                new Rung("equalization", STEP, error(25.0, 0.948), 0.002, true)),
                        "equalization",
                        true);

        // When
        var html = HtmlReport.render(with(ladder));

        // Then
        assertThat(html)
                .contains("a limit of 0.005: &#39;equalization&#39; is the first that keeps it.")
                .contains(
                        "<tr><td>plain</td><td>0.0500</td><td>10.0 dB</td><td>0.9900</td>"
                                + "<td>beyond the limit</td></tr>")
                .contains(
                        "<tr class=\"candidate\"><td>equalization</td><td>0.0020</td><td>25.0 dB</td>"
                                + "<td>0.9900</td><td>within the limit, kept</td></tr>");
        assertThat(HtmlReport.render(SampleReport.passed())).doesNotContain("Ladder");
    }

    @Test
    void theTrainingOfAStepIsDrawn() {
        // Given
        var losses =
                new TrainingLosses(
                        LossCurve.of(
                                List.of(
                                        new TrainingLoss(null, 1, 2, 0.5, null),
                                        new TrainingLoss(null, 2, 2, 0.25, 0.375))));

        // When
        var html = HtmlReport.render(with(losses));

        // Then
        assertThat(html)
                .containsPattern("<h2>Training of \\w+</h2>\\s*<div class=\"plots\">")
                .contains("Epoch 2.0 of 2: loss 0.2500 on the training images (line)")
                .contains("0.3750 on the validation split");
        assertThat(HtmlReport.render(SampleReport.passed())).doesNotContain("Training of");
    }

    @Test
    void theCutsOfASearchAreShownWithTheOneThatIsKept() {
        // Given
        var search =
                new PruningSearch(
                        "maxAccuracyDrop",
                        0.005,
                        300,
                        0.95,
                        List.of(
                                new Try(1, STEP, 0.1, 0.2, false, error(10.0, 0.9), 0.05, false),
                                new Try(
                                        0.5,
                                        STEP,
                                        0.3,
                                        0.4,
                                        true,
                                        error(20.0, 0.948),
                                        0.002,
                                        true)),
                        0.5);

        // When
        var html = HtmlReport.render(with(search));

        // Then
        assertThat(html)
                .contains("a limit of 0.005: 50.0 % is the largest that keeps it.")
                .contains(
                        "<tr class=\"candidate\"><td>50.0 %</td><td>30.0 %</td><td>40.0 %</td>"
                                + "<td>0.0020</td><td>smaller cut</td><td>within the limit</td></tr>"
                                + "\n<tr><td>100.0 %</td>");
    }

    @Test
    void aSearchWithoutACutThatHoldsSaysSo() {
        // Given
        var search = new PruningSearch("minAgreement", 0.99, 300, null, List.of(), null);

        // Then
        assertThat(HtmlReport.render(with(search)))
                .contains("no cut keeps it, and the model stays as it was");
    }

    @Test
    void aStepThatAnEarlierRunDidIsMarked() {
        // Given
        var report = SampleReport.passed();
        var cached = report.lineage().get(0).asCached();

        // When
        var html = HtmlReport.render(report.toBuilder().lineage(List.of(cached)).build());

        // Then
        assertThat(html).contains("%.1f (cached)</td>".formatted(cached.seconds()));
        assertThat(HtmlReport.render(report)).doesNotContain("(cached)");
    }

    private static Report with(Finding finding) {
        var report = SampleReport.passed();
        var made = report.lineage().get(0);
        var entry =
                new LineageEntry(
                        made.step(),
                        made.codeVersion(),
                        made.inputs(),
                        made.output(),
                        made.startedAt(),
                        made.seconds(),
                        List.of(finding));
        return report.toBuilder().lineage(List.of(entry)).build();
    }

    private static LayerSensitivity.Layer layer(String name, double sqnr) {
        return new LayerSensitivity.Layer(
                name,
                1000,
                10,
                error(sqnr, 0.93),
                error(30.0, 0.95),
                error(null, 0.95),
                error(sqnr, 0.93),
                new LayerSensitivity.Distribution(-1.5, 3, 2.5, 4, 5, 0),
                "advice for " + name);
    }

    private static OutputError error(Double sqnr, double score) {
        return new OutputError(sqnr, 0.01, 0.99, score);
    }

    @Test
    void theGpuIsShownWithItsDriverAndSharing() {
        var measured = SampleReport.passed();
        var cpu = measured.environment();
        var environment =
                new Report.Environment(
                        cpu.cpu(),
                        cpu.cpuFlags(),
                        new Report.Gpu("NVIDIA L4", "550.54.14", "MPS"),
                        cpu.threads(),
                        cpu.tensorflow(),
                        cpu.oneDnn(),
                        cpu.isa(),
                        cpu.java(),
                        cpu.os());

        var html = HtmlReport.render(measured.toBuilder().environment(environment).build());

        assertThat(html).contains("<dd>NVIDIA L4, driver 550.54.14, sharing: MPS</dd>");
        assertThat(HtmlReport.render(measured)).contains("<dt>Graphics</dt><dd>none</dd>");
    }

    @Test
    void percentilesThatWereNotMeasuredAreADash() {
        var html = HtmlReport.render(SampleReport.passed());

        assertThat(html)
                .contains(
                        "<td>quantize</td><td>TensorFlow</td><td>1</td><td>1</td><td>12000</td><td>0.800 ms</td><td>0.800"
                                + " ms</td><td>0.800 ms</td><td>2.40 ms</td><td>2.40"
                                + " ms</td><td>1250</td><td>2.50x</td><td>2.45x to 2.55x</td>")
                .contains(
                        "<td>quantize</td><td>TensorFlow</td><td>1</td><td>32</td><td>100</td><td>8.00 ms</td><td>8.00"
                                + " ms</td><td>8.00 ms</td><td>-</td><td>-</td><td>4000</td>")
                .contains("<td>1000</td><td>-</td><td>-</td></tr>");
    }

    @Test
    void aSpeedupThatNoiseExplainsIsNoHeadline() {
        var report = SampleReport.passed();
        var comparison =
                report.comparison().get(1).toBuilder()
                        .speedup(List.of(SampleReport.speedup(1, 1.01)))
                        .build();

        var html = HtmlReport.render(report.toBuilder().comparison(List.of(comparison)).build());

        assertThat(html)
                .contains("<b>no difference</b>in speed at batch 1")
                .contains("<td>no difference</td><td>0.99x to 1.03x</td>")
                .doesNotContain("1.01x");
    }

    @Test
    void theConditionsSayWhichOfThemAreTheDefault() {
        var html =
                HtmlReport.render(
                        SampleReport.with(
                                new Verdict(
                                        true,
                                        List.of(
                                                new Condition(
                                                        "maxAccuracyDrop",
                                                        true,
                                                        0.01,
                                                        0.0025,
                                                        true)),
                                        List.of()),
                                List.of()));

        assertThat(html)
                .contains(
                        "<tr><td>maxAccuracyDrop (default)</td><td>0.01</td><td>0.0025</td>"
                                + "<td>0.0075</td><td>met</td></tr>",
                        "Default: the plan limits neither accuracy nor fidelity. Set constraints.maxAccuracyDrop to change the limit.");
        assertThat(HtmlReport.render(SampleReport.passed()))
                .contains(
                        "<td>maxSizeBytes</td><td>100000</td><td>98000</td><td>2000</td><td>met</td>")
                .doesNotContain("(default)");
    }

    @Test
    void theClassWithTheLargestDropComesFirst() {
        var html = HtmlReport.render(SampleReport.passed());

        assertThat(html)
                .containsSubsequence("<tr><td>1</td><td>100.00 %", "<tr><td>0</td><td>97.00 %");
    }

    @Test
    void aDetectorsClassesAreShownByTheirAveragePrecision() {
        var html =
                HtmlReport.render(
                        SampleReport.of(
                                Task.DETECTION,
                                new Accuracy.Detection(0.5, Map.of(4, 0.8, 7, 0.2)),
                                new Accuracy.Detection(0.4, Map.of(4, 0.6, 7, 0.2)),
                                0.1,
                                null));

        assertThat(html)
                .contains("average precision of the original", "mAP against size")
                .contains("<tr><td>4</td><td>80.00 %</td><td>60.00 %</td><td>-20.00</td>")
                .contains("<b>-10.00</b>points of mAP");
    }

    @Test
    void anErrorIsPlottedInItsOwnUnit() {
        var html =
                HtmlReport.render(
                        SampleReport.of(
                                Task.REGRESSION,
                                new Accuracy.Regression(0.25, 0.1),
                                new Accuracy.Regression(0.5, 0.3),
                                null,
                                1.0));

        assertThat(html)
                .contains("<b>+100.00 %</b>of MAE", "MAE against size", "quantize: 98.0, 0.500")
                .doesNotContain("Classes with the largest drop");
    }

    @Test
    void textFromTheReportIsEscaped() {
        var hostile = "<script>alert(\"1\" & '2')</script>";

        var html =
                HtmlReport.render(
                        SampleReport.with(
                                new Verdict(
                                        false,
                                        List.of(new Condition(hostile, true, 1, 2.0, false)),
                                        List.of(hostile)),
                                List.of(hostile)));

        assertThat(html)
                .doesNotContain("<script")
                .contains("&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;");
    }

    @Test
    void theSectionsAreThoseOfThePageWithoutStylesOfTheirOwn() {
        var report = SampleReport.passed();

        var sections = HtmlReport.sections(report);

        assertThat(HtmlReport.render(report)).contains(sections, HtmlReport.stylesheet());
        assertThat(sections).doesNotContain("style", "<h1", "<script");
    }

    @Test
    void everyTableHasACaptionAndCanBeScrolledWithTheKeyboard() {
        var html = HtmlReport.render(SampleReport.onEngines());

        var tables = Pattern.compile("<table>").matcher(html).results().count();
        var captioned =
                Pattern.compile(
                                "<div class=\"scroll\" role=\"region\" aria-label=\"([^\"]+)\""
                                        + " tabindex=\"0\"><table>\n<caption>\\1</caption>")
                        .matcher(html)
                        .results()
                        .count();
        assertThat(tables).isGreaterThan(5);
        assertThat(captioned).isEqualTo(tables);
    }

    @Test
    void nothingIsLoadedFromElsewhere() {
        var html = HtmlReport.render(SampleReport.passed());

        assertThat(html).doesNotContain("http:", "https:", "url(", "src=", "@import", "<link");
    }
}
