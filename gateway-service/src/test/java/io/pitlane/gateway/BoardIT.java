package io.pitlane.gateway;

import static io.pitlane.gateway.runs.RunFixtures.plan;
import static io.pitlane.gateway.runs.RunFixtures.progress;
import static io.pitlane.gateway.runs.RunFixtures.state;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.pitlane.contract.artifact.ModelFormat;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.Report.DataFigures;
import io.pitlane.contract.report.RunResult;
import io.pitlane.contract.run.DeliveredModel;
import io.pitlane.contract.run.RunModel;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.run.RunState.Status;
import io.pitlane.contract.training.TrainingLoss;
import io.pitlane.gateway.runs.RunFixtures;
import io.pitlane.kafka.quarkus.EmbeddedKafkaResource;
import io.pitlane.report.HtmlReport;
import io.pitlane.report.SampleReport;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class BoardIT extends GatewayWithStages {
    private static final String HOSTILE = "<script>alert(\"1\" & '2')</script>";

    @Test
    void theBoardBeginsWithTheRuns() {
        given().redirects()
                .follow(false)
                .get("/")
                .then()
                .statusCode(303)
                .header("Location", containsString("/runs"));
    }

    @Test
    void aRunIsListedWithItsStateStepAndProgress() {
        // Given
        var name = uniqueName();
        var run = running(name);
        stages.progress(progress(run.runId(), 1, 0.25, Instant.now()));

        // When
        await().until(() -> list(name).selectFirst("progress").attr("value").equals("0.25"));

        // Then
        var row = list(name).selectFirst("#run-" + run.runId());
        assertThat(row.select("a[href=/runs/" + run.runId() + "]")).hasSize(1);
        assertThat(row.text()).contains(name, "saved_model", "running", "2 of 3, quantize");
        assertThat(row.selectFirst("[data-message]").text()).isEqualTo("working");
        assertThat(row.selectFirst("progress").attr("aria-label")).contains("quantize");
    }

    @Test
    void runsAreFilteredByTheLinksOfTheList() {
        // Given
        var name = uniqueName();
        var running = running(name);
        var failed = publish(state(id(), Status.FAILED, 0, Instant.now()), name, "a & b/model");
        await().until(() -> rows(list(name)).size() == 2);

        // When
        var all = list(name);
        var byStatus = page(all.selectFirst(".filters a:matchesOwn(^failed$)").attr("href"));
        var byModel = page(all.selectFirst("td a:matchesOwn(^a & b/model$)").attr("href"));
        var leftAgain = page(byModel.selectFirst("a[aria-label*=model]").attr("href"));

        // Then
        assertThat(rows(all)).containsExactlyInAnyOrder(running.runId(), failed.runId());
        assertThat(rows(byStatus)).containsExactly(failed.runId());
        assertThat(byStatus.selectFirst("[aria-current=page]").text()).isEqualTo("failed");
        assertThat(rows(byModel)).containsExactly(failed.runId());
        assertThat(rows(leftAgain)).hasSize(2);
        assertThat(rows(list(uniqueName()))).isEmpty();
    }

    @Test
    void manyRunsArePaged() {
        // Given
        var name = uniqueName();
        var newest = Instant.now();
        var ids =
                IntStream.range(0, 120)
                        .mapToObj(
                                i ->
                                        publish(
                                                        state(
                                                                id(),
                                                                Status.FAILED,
                                                                0,
                                                                newest.minusSeconds(i)),
                                                        name,
                                                        "saved_model")
                                                .runId())
                        .toList();
        await().until(() -> list(name).selectFirst(".pages").text().contains("120 runs"));

        // When
        var first = list(name);
        var second = page(first.selectFirst("a[rel=next]").attr("href"));
        var third = page(second.selectFirst("a[rel=next]").attr("href"));

        // Then
        assertThat(rows(first)).isEqualTo(ids.subList(0, 50));
        assertThat(rows(second)).isEqualTo(ids.subList(50, 100));
        assertThat(rows(third)).isEqualTo(ids.subList(100, 120));
        assertThat(third.select("a[rel=next]")).isEmpty();
        assertThat(rows(page(third.selectFirst("a:matchesOwn(^Newest runs$)").attr("href"))))
                .isEqualTo(ids.subList(0, 50));
    }

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
                        List.of(),
                        Instant.now()));
        await().until(() -> run(run).select(".verdict").text().equals("failed"));

        // Then
        var page = run(run);
        assertThat(page.select("section").first().text())
                .contains("Step 2 of 3 (quantize) failed", HOSTILE)
                .contains("What to do: Look at the log.");
        assertThat(page.selectFirst("pre").wholeText()).contains("the last line\n" + HOSTILE);
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
                                                ModelFormat.ONNX,
                                                74_100,
                                                RunFixtures.artifact("0c"))))
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

    @Test
    void theFormForANewRunBeginsWithARun() {
        // Given
        var run = running(uniqueName());

        // When
        var page = page("/new?from=" + run.runId());

        // Then
        assertThat(PlanReader.read(page.selectFirst("textarea").wholeText())).isEqualTo(run.plan());
        assertThat(page.selectFirst("#model-known option[selected]").val())
                .isEqualTo(run.models().get(0).artifact().digest());
        assertThat(page.selectFirst("#data-known option[selected]").val())
                .isEqualTo(run.data().digest());
        assertThat(page.select("noscript")).isNotEmpty();
        given().get("/new?from=nobody").then().statusCode(404);
    }

    private RunState ended(String planName, Report figures) {
        var run = running(planName).toBuilder().status(Status.PASSED).step(2).build();
        var named = figures.plan().toBuilder().name(planName).build();
        var report = figures.toBuilder().run(run.runId()).plan(named).build();
        stages.end(run, new RunResult(report, run.models(), List.of()));
        await().until(() -> run(run).select(".verdict").text().equals("passed"));
        return run;
    }

    @Test
    void whatUsersNameIsShownAsText() {
        // Given
        var run = publish(state(id(), Status.FAILED, 0, Instant.now()), HOSTILE, HOSTILE);
        await().until(() -> given().get("/runs/" + run.runId()).statusCode() == 200);

        // When
        var list = page("/runs");
        var page = run(run);

        // Then
        assertThat(list.selectFirst("#run-" + run.runId()).text()).contains(HOSTILE);
        assertThat(page.selectFirst("h1").text()).isEqualTo(HOSTILE);
        assertThat(Stream.of(list, page).flatMap(p -> p.select("script").stream()))
                .allSatisfy(script -> assertThat(script.attr("src")).startsWith("/board/"));
    }

    @Test
    void thePagesRunNothingInlineAndLoadEverythingFromTheGateway() {
        // Given
        var run = running(uniqueName());

        // Then
        for (var address :
                List.of(
                        "/runs",
                        "/runs/" + run.runId(),
                        "/runs/nobody",
                        "/new?from=" + run.runId())) {
            var response = given().header("Accept", "text/html").get(address);
            var page = Jsoup.parse(response.asString());
            assertThat(response.header("Content-Security-Policy"))
                    .startsWith("default-src 'self';");
            assertThat(page.select("style, [style], iframe, object, base")).isEmpty();
            assertThat(page.getAllElements())
                    .flatExtracting(element -> element.attributes().asList())
                    .noneMatch(attribute -> attribute.getKey().startsWith("on"));
            assertThat(loaded(page))
                    .hasSizeGreaterThan(3)
                    .allSatisfy(
                            file -> {
                                assertThat(file).startsWith("/board/");
                                given().get(file).then().statusCode(200);
                            });
        }
    }

    private static List<String> loaded(Document page) {
        return Stream.concat(
                        page.select("[src]").eachAttr("src").stream(),
                        page.select("link[href]").eachAttr("href").stream())
                .toList();
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

    private RunState running(String planName) {
        var run = publish(state(id(), Status.RUNNING, 1, Instant.now()), planName, "saved_model");
        await().until(() -> given().get("/runs/" + run.runId()).statusCode() == 200);
        return run;
    }

    private RunState publish(RunState state, String planName, String model) {
        var named = plan().toBuilder().name(planName).model(model).build();
        var run = state.toBuilder().plan(named).build();
        stages.state(run);
        return run;
    }

    private long cancellations(RunState run) {
        return stages.read(topics.cancellations()).stream()
                .filter(event -> event.key().equals(run.runId()))
                .count();
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }

    private static String uniqueName() {
        return "board-" + UUID.randomUUID();
    }

    private static Document list(String planName) {
        return page("/runs?plan=" + planName);
    }

    private static Document run(RunState run) {
        return page("/runs/" + run.runId());
    }

    private static Document page(String address) {
        ValidatableResponse response =
                given().urlEncodingEnabled(false).get(address).then().statusCode(200);
        return Jsoup.parse(response.contentType("text/html").extract().asString());
    }

    private static List<String> rows(Document page) {
        return page.select("tbody tr").stream()
                .map(Element::id)
                .map(id -> id.substring("run-".length()))
                .toList();
    }
}
