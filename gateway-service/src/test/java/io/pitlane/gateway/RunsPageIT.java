package io.pitlane.gateway;

import static io.pitlane.gateway.runs.RunFixtures.progress;
import static io.pitlane.gateway.runs.RunFixtures.state;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;

import io.pitlane.contract.run.RunState.Status;
import io.pitlane.kafka.quarkus.EmbeddedKafkaResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The list of runs. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class RunsPageIT extends PagesOfGateway {
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
}
