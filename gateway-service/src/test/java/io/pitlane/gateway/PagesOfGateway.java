package io.pitlane.gateway;

import static io.pitlane.gateway.runs.RunFixtures.plan;
import static io.pitlane.gateway.runs.RunFixtures.state;
import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;

import io.pitlane.contract.report.Report;
import io.pitlane.contract.report.RunResult;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.run.RunState.Status;
import io.restassured.response.ValidatableResponse;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/** Tests of the pages as HTML, of runs that simulated stages do. */
abstract class PagesOfGateway extends GatewayWithStages {
    /** What an attacker would name things. */
    static final String HOSTILE = "<script>alert(\"1\" & '2')</script>";

    RunState running(String planName) {
        var run = publish(state(id(), Status.RUNNING, 1, Instant.now()), planName, "saved_model");
        await().until(() -> given().get("/runs/" + run.runId()).statusCode() == 200);
        return run;
    }

    RunState publish(RunState state, String planName, String model) {
        var named = plan().toBuilder().name(planName).model(model).build();
        var run = state.toBuilder().plan(named).build();
        stages.state(run);
        return run;
    }

    RunState ended(String planName, Report figures) {
        var run = running(planName).toBuilder().status(Status.PASSED).step(2).build();
        var named = figures.plan().toBuilder().name(planName).build();
        var report = figures.toBuilder().run(run.runId()).plan(named).build();
        stages.end(run, new RunResult(report, run.models(), List.of()));
        await().until(() -> run(run).select(".verdict").text().equals("passed"));
        return run;
    }

    static String id() {
        return UUID.randomUUID().toString();
    }

    static String uniqueName() {
        return "board-" + UUID.randomUUID();
    }

    static Document list(String planName) {
        return page("/runs?plan=" + planName);
    }

    static Document run(RunState run) {
        return page("/runs/" + run.runId());
    }

    static Document page(String address) {
        ValidatableResponse response =
                given().urlEncodingEnabled(false).get(address).then().statusCode(200);
        return Jsoup.parse(response.contentType("text/html").extract().asString());
    }

    static List<String> rows(Document page) {
        return page.select("tbody tr").stream()
                .map(Element::id)
                .map(id -> id.substring("run-".length()))
                .toList();
    }
}
