package io.pitlane.gateway;

import static io.pitlane.gateway.runs.RunFixtures.progress;
import static io.pitlane.gateway.runs.RunFixtures.state;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.pitlane.contract.artifact.DeliveryFormat;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.report.RunResult;
import io.pitlane.contract.run.DeliveredModel;
import io.pitlane.contract.run.RunModel;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.run.RunState.Status;
import io.pitlane.contract.training.LossCurve;
import io.pitlane.contract.training.TrainingLoss;
import io.pitlane.gateway.runs.RunFixtures;
import io.pitlane.kafka.quarkus.EmbeddedKafkaResource;
import io.pitlane.report.HtmlReport;
import io.pitlane.report.SampleReport;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.List;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;

/** The page of a run. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class RunPageIT extends PagesOfGateway {
    @Test
    void aRunAtWorkShowsItsStepsAndAButton() {
        // Given
        var run = running(uniqueName());
        stages.progress(progress(run.runId(), 1, 0.5, Instant.now()));

        // When
        await().until(() -> run(run).selectFirst("progress").attr("value").equals("0.5"));

        // Then
        var page = run(run);
        assertThat(page.select(".pipeline li").eachText())
                .containsExactly("prune done", "quantize at work working", "bench waiting");
        assertThat(page.selectFirst("[aria-current=step] h3").text()).isEqualTo("quantize");
        assertThat(page.selectFirst("[data-events]").attr("data-events"))
                .isEqualTo("/api/runs/" + run.runId() + "/events");
        assertThat(page.selectFirst("form[method=post] button").text()).isEqualTo("Cancel the run");
    }

    @Test
    void aTrainingAtWorkShowsItsPaceItsLossAndItsLog() {
        // Given
        var run = running(uniqueName());
        var begin = Instant.now().minusSeconds(60);
        var training = progress(run.runId(), 1, 0.5, begin.plusSeconds(50)).toBuilder();
        training.replica("quantize-1").attempt(2);

        // When
        stages.progress(progress(run.runId(), 1, 0.0, begin).toBuilder().attempt(2).build());
        stages.progress(
                training.loss(new TrainingLoss(null, 1, 4, 0.75, 0.5)).log(HOSTILE).build());
        stages.progress(
                training.loss(new TrainingLoss(null, 1.5, 4, 0.25, null)).log(null).build());
        await().until(() -> run(run).text().contains("Epoch 1.5 of 4"));

        // Then
        var page = run(run);
        assertThat(page.selectFirst("[aria-current=step]").text())
                .contains("on quantize-1, attempt 2", "60.0 % a minute, about 0 min");
        assertThat(page.select("#work figure svg polyline")).hasSize(2);
        assertThat(page.selectFirst("#work figcaption").text())
                .contains("loss 0.2500 on the training images", "0.5000 on the validation split");
        assertThat(page.selectFirst("#work pre").wholeText()).isEqualTo(HOSTILE);
        assertThat(given().get("/api/runs/" + run.runId() + "/log").asString()).isEqualTo(HOSTILE);
        stages.fail(RunFixtures.failure(run.runId(), 1));
        await().until(() -> run(run).select(".verdict").text().equals("failed"));
        assertThat(run(run).selectFirst("#work").text()).isEmpty();
    }

    @Test
    void aStepWhoseResultIsKnownIsToldAtOnce() {
        // Given
        var run = state(id(), Status.RUNNING, 1, Instant.now());
        var original = run.models().get(0);
        var cached = new RunModel("prune", original.artifact(), List.of(), true);

        // When
        stages.state(RunFixtures.withModels(run, List.of(original, cached)));

        // Then
        await().until(() -> given().get("/runs/" + run.runId()).statusCode() == 200);
        assertThat(run(run).select(".pipeline li").first().text())
                .isEqualTo("prune done, the result of an earlier run");
    }

    @Test
    void theButtonRequestsTheCancellation() {
        // Given
        var run = running(uniqueName());

        // When
        var response =
                given().redirects()
                        .follow(false)
                        .header("Sec-Fetch-Site", "same-origin")
                        .post(run(run).selectFirst("form").attr("action"));

        // Then
        assertThat(response.statusCode()).isEqualTo(303);
        assertThat(cancellations(run)).isEqualTo(1);
        var page = Jsoup.parse(given().get(response.header("Location")).asString());
        assertThat(page.selectFirst(".notice:not([hidden])").text())
                .contains("cancellation is requested");
        stages.fail(RunFixtures.failure(run.runId(), 1, Failure.Kind.CANCELLED));
        await().until(() -> run(run).select(".verdict").text().equals("cancelled"));
        assertThat(run(run).select(".pipeline li").eachText())
                .containsExactly("prune done", "quantize cancelled", "bench not reached");
        assertThat(run(run).select("form, [data-events]")).isEmpty();
    }

    @Test
    void aFormFromAnotherSiteChangesNothing() {
        // Given
        var run = running(uniqueName());
        var action = "/runs/" + run.runId() + "/cancel";

        // Then
        given().header("Sec-Fetch-Site", "cross-site").post(action).then().statusCode(403);
        given().header("Origin", "http://elsewhere.example")
                .header("Accept", "text/html")
                .post(action)
                .then()
                .statusCode(403)
                .contentType("text/html")
                .body(containsString("another site"));
        assertThat(cancellations(run)).isZero();
    }

    @Test
    void aFailureIsToldInWordsWithWhatToDo() {
        // Given
        var run = running(uniqueName());

        // When
        stages.fail(
                new Failure(
                        run.runId(),
                        1,
                        run.plan().steps().get(1).stage(),
                        Failure.Kind.CRASHED,
                        HOSTILE,
                        "Look at the log.",
                        "the last line\n" + HOSTILE,
                        LossCurve.of(List.of(new TrainingLoss(null, 1, 4, 0.75, null))),
                        Instant.now()));
        await().until(() -> run(run).select(".verdict").text().equals("failed"));

        // Then
        var page = run(run);
        assertThat(page.select("section").first().text())
                .contains("Step 2 of 3 (quantize) failed", HOSTILE)
                .contains("What to do: Look at the log.");
        assertThat(page.selectFirst("pre").wholeText()).contains("the last line\n" + HOSTILE);
        assertThat(page.selectFirst("#work figcaption").text()).contains("Epoch 1.0 of 4");
    }

    @Test
    void aRunThatEndedShowsItsReportAsTheFileDoesAndOffersEveryFile() {
        // Given
        var report = SampleReport.passed();
        var run =
                running(uniqueName()).toBuilder()
                        .status(Status.PASSED)
                        .step(2)
                        .deliverables(
                                List.of(
                                        new DeliveredModel(
                                                DeliveryFormat.ONNX,
                                                74_100,
                                                RunFixtures.artifact("0c")),
                                        new DeliveredModel(
                                                DeliveryFormat.PACKED,
                                                66_500,
                                                RunFixtures.artifact("0d"))))
                        .build();
        var named = report.plan().toBuilder().name(run.plan().name()).build();
        var made = report.lineage().get(0);
        var own =
                report.toBuilder()
                        .run(run.runId())
                        .plan(named)
                        .lineage(List.of(made, made.asCached()))
                        .build();

        // When
        stages.end(run, new RunResult(own, run.models(), run.deliverables()));
        await().until(() -> run(run).select(".verdict").text().equals("passed"));

        // Then
        var page = run(run);
        var sections = Jsoup.parseBodyFragment(HtmlReport.sections(own)).select("section");
        assertThat(page.select("section").eachText()).containsAll(sections.eachText());
        assertThat(page.select(".pipeline li").eachText())
                .containsExactly(
                        "prune done, 41.3 s",
                        "quantize done, the result of an earlier run",
                        "bench done");
        assertThat(page.select("a[download]").eachAttr("href"))
                .contains("/api/runs/" + run.runId() + "/model?format=onnx")
                .contains("/api/runs/" + run.runId() + "/models/original");
        assertThat(page.selectFirst("a[download=model.pitlane]").attr("href"))
                .isEqualTo("/api/runs/" + run.runId() + "/model?format=packed");
        for (var file : List.of("report.html", "report.json", "plan.json")) {
            var address = page.selectFirst("a[download=" + file + "]").attr("href");
            assertThat(given().get(address).asString()).contains(run.plan().name());
        }
        given().get("/runs/" + run.runId() + "/report.html")
                .then()
                .header("Content-Disposition", containsString("attachment"))
                .body(equalTo(HtmlReport.render(own)));
    }

    @Test
    void aRunThatIsNotThereIsAPageForBrowsersAndAnObjectForOthers() {
        given().header("Accept", "text/html,*/*;q=0.8")
                .get("/runs/nobody")
                .then()
                .statusCode(404)
                .contentType("text/html")
                .body(containsString("There is no run &#39;nobody&#39;."));
        given().get("/api/runs/nobody")
                .then()
                .statusCode(404)
                .body("message", containsString("nobody"));
    }

    private long cancellations(RunState run) {
        return stages.read(topics.cancellations()).stream()
                .filter(event -> event.key().equals(run.runId()))
                .count();
    }
}
