package io.pitlane.gateway;

import static io.pitlane.gateway.runs.RunFixtures.state;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pitlane.contract.plan.PlanReader;
import io.pitlane.contract.run.RunState.Status;
import io.pitlane.kafka.quarkus.EmbeddedKafkaResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

/** What holds for every page, and the form for a new run. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class BoardIT extends PagesOfGateway {
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
}
