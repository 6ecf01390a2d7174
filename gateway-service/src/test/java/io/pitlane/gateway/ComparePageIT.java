package io.pitlane.gateway;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.report.Report.DataFigures;
import io.pitlane.kafka.quarkus.EmbeddedKafkaResource;
import io.pitlane.report.SampleReport;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The comparison of runs. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class ComparePageIT extends PagesOfGateway {
    @Test
    void runsOfTheSameDataAndMachineAreCompared() {
        // Given
        var name = uniqueName();
        var first = ended(name, SampleReport.onEngines());
        var second = ended(name, SampleReport.onEngines());
        var list = list(name);

        // When
        var form = list.selectFirst("form[action=/compare]");
        var address =
                form.attr("action")
                        + form.select("input[type=checkbox]").stream()
                                .map(box -> box.attr("name") + "=" + box.attr("value"))
                                .collect(Collectors.joining("&", "?", ""));
        var page = page(address);
        var onOther = page(address + "&engine=onnxruntime&batch=1");
        var otherAxes = page(address + "&x=macs&y=nothing&before=B&after=nobody");

        // Then
        assertThat(page.selectFirst("h1").text()).isEqualTo("Comparison of 2 runs");
        assertThat(page.select("td a").eachAttr("href"))
                .containsExactlyInAnyOrder("/runs/" + first.runId(), "/runs/" + second.runId());
        assertThat(page.select("td:matchesOwn(^[AB] \\w+$)").eachText())
                .containsExactly(
                        "A original",
                        "A prune",
                        "A quantize",
                        "B original",
                        "B prune",
                        "B quantize");
        assertThat(page.select(".plots svg")).hasSize(2);
        assertThat(page.select("svg.parallel polyline").eachAttr("data-model"))
                .containsExactly("A quantize", "B quantize");
        assertThat(page.select("h2").eachText()).contains("Classes with the largest drop");
        var table = page.selectFirst("a[download=models.csv]").attr("href");
        var csv = given().get(table);
        assertThat(csv.contentType()).isEqualTo("text/csv;charset=UTF-8");
        assertThat(csv.asString().lines()).hasSize(7);
        var repeated = given().get(table + "&run=" + first.runId());
        assertThat(repeated.asString()).isEqualTo(csv.asString());
        assertThat(page.select("#engine option").eachText())
                .containsExactly("TensorFlow", "ONNX Runtime");
        assertThat(otherAxes.select("#x [selected], #before [selected]").eachText())
                .containsExactly("MACs", "B");
        assertThat(otherAxes.selectFirst("#y [selected]").text()).isEqualTo("quality of the task");
        assertThat(otherAxes.select(".plots h2").eachText())
                .containsExactly("Accuracy against MACs", "Accuracy against latency p50");
        assertThat(onOther.selectFirst("#engine [selected]").text()).isEqualTo("ONNX Runtime");
        assertThat(onOther.select("td:matchesOwn(^[AB] \\w+$)").eachText())
                .containsExactly("A original", "A quantize", "B original", "B quantize");
    }

    @Test
    void runsThatCannotBeComparedSayWhy() {
        // Given
        var report = SampleReport.passed();
        var first = ended(uniqueName(), report);
        var otherData =
                report.toBuilder().data(new DataFigures("e".repeat(64), 12000, 3000)).build();
        var second = ended(uniqueName(), otherData);
        var running = running(uniqueName());

        // When
        var different = page("/compare?run=" + first.runId() + "&run=" + second.runId());
        var unfinished = page("/compare?run=" + first.runId() + "&run=" + running.runId());

        // Then
        assertThat(different.select("section").last().text())
                .contains("Why these runs are not compared")
                .contains("Data: " + "d".repeat(64) + " in run A, but " + "e".repeat(64));
        assertThat(unfinished.select("section").last().text())
                .contains("Run B has no report: it is still running.");
        assertThat(Stream.of(different, unfinished).flatMap(p -> p.select("svg").stream()))
                .isEmpty();
        var both = "run=" + first.runId() + "&run=" + second.runId();
        given().get("/compare/models.csv?" + both).then().statusCode(409);
        given().get("/compare?run=" + first.runId()).then().statusCode(400);
        given().get("/compare?run=nobody&run=" + first.runId()).then().statusCode(404);
    }
}
