package io.pitlane.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.report.ScatterPlot.Point;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ScatterPlotTest {
    private static final Pattern CIRCLE = Pattern.compile("cx=\"([0-9.]+)\" cy=\"([0-9.]+)\"");

    private final Axis x = new Axis("Size (MB)", 0, 10, 2);
    private final Axis y = new Axis("Accuracy (%)", 90, 100, 2);

    @Test
    void pointsAreDrawnAtTheirValues() {
        var svg =
                new ScatterPlot(x, y, List.of(new Point("a", 10, 90), new Point("b", 0, 100)))
                        .render();

        var circles =
                CIRCLE.matcher(svg).results().map(c -> c.group(1) + "," + c.group(2)).toList();
        assertThat(circles).containsExactly("496.0,288.0", "62.0,20.0");
        assertThat(svg).contains("points=\"496.0,288.0 62.0,20.0\"");
    }

    @Test
    void axesCarryTheirTitlesAndTicks() {
        var svg = new ScatterPlot(x, y, List.of(new Point("a", 1, 91))).render();

        assertThat(svg).contains(">Size (MB)<", ">Accuracy (%)<", ">10<", ">98<");
    }

    @Test
    void labelsOfEqualPointsDoNotOverlap() {
        var svg =
                new ScatterPlot(
                                x,
                                y,
                                List.of(
                                        new Point("a", 5, 95),
                                        new Point("b", 5, 95),
                                        new Point("c", 5, 95)))
                        .render();

        var heights =
                Pattern.compile("class=\"label\" x=\"[0-9.]+\" y=\"([0-9.]+)\"")
                        .matcher(svg)
                        .results()
                        .map(label -> label.group(1));
        assertThat(heights).hasSize(3).doesNotHaveDuplicates();
    }

    @Test
    void namesAreEscaped() {
        var svg = new ScatterPlot(x, y, List.of(new Point("<b>&", 1, 91))).render();

        assertThat(svg).contains("&lt;b&gt;&amp;").doesNotContain("<b>");
    }
}
