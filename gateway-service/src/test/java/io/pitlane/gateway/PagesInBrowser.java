package io.pitlane.gateway;

import static io.pitlane.gateway.runs.RunFixtures.plan;
import static io.pitlane.gateway.runs.RunFixtures.progress;
import static io.pitlane.gateway.runs.RunFixtures.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pitlane.contract.Topics;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.ReleaseMode;
import io.pitlane.contract.report.RunResult;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.run.RunState.Status;
import io.pitlane.contract.training.TrainingLoss;
import io.pitlane.kafka.EmbeddedKafka;
import io.pitlane.pipeline.files.Folders;
import io.pitlane.report.SampleReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Tests of the pages in a real browser, from the gateway as it is delivered. Browser, broker and
 * gateway start once for all of them.
 */
@ExtendWith(PagesInBrowser.Start.class)
abstract class PagesInBrowser {
    static final String SUMMARY = "document.getElementById('summary').textContent";

    private static final String AXE = "/axe.min.js";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Stands in for the command line, which describes models. */
    private static final Path DESCRIPTIONS =
            Path.of("src/test/resources/describe.sh").toAbsolutePath();

    static ChromeBrowser browser;
    static GatewayProcess gateway;
    static SimulatedStages stages;

    /** Starts what the tests share, for the first class of them; it ends after the last one. */
    static final class Start implements BeforeAllCallback {
        @Override
        public void beforeAll(ExtensionContext context) {
            context.getRoot()
                    .getStore(Namespace.create(PagesInBrowser.class))
                    .computeIfAbsent(Shared.class, key -> Shared.start(), Shared.class);
        }
    }

    private record Shared(Path folder, EmbeddedKafka kafka) implements AutoCloseable {

        static Shared start() {
            try {
                browser = ChromeBrowser.start();
                var folder = Files.createTempDirectory("board");
                var kafka = EmbeddedKafka.start(folder.resolve("kafka"));
                gateway =
                        GatewayProcess.begin(
                                folder,
                                Map.of(
                                        "KAFKA_BOOTSTRAP_SERVERS",
                                        kafka.bootstrapServers(),
                                        "PITLANE_INSPECT_COMMAND",
                                        "sh," + DESCRIPTIONS));
                gateway.awaitReady();
                stages = new SimulatedStages(kafka.bootstrapServers(), Topics.DEFAULT);
                return new Shared(folder, kafka);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() throws IOException {
            browser.close();
            stages.close();
            gateway.close();
            kafka.close();
            Folders.delete(folder);
        }
    }

    /** Opens a page, and waits for the part of it that a script makes. */
    static void openWhole(String page) {
        browser.open(gateway.address() + page);
        if (page.startsWith("/new")) {
            awaitShown("The plan is right.", SUMMARY);
        }
    }

    /** The findings of axe-core that are serious or critical. */
    static List<String> findings(String axe) {
        var found =
                browser.value(
                        axe
                                + "; return axe.run({resultTypes: ['violations']}).then(r => r.violations"
                                + ".filter(v => ['serious', 'critical'].includes(v.impact))"
                                + ".map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' ')))");
        return StreamSupport.stream(found.spliterator(), false).map(node -> node.asText()).toList();
    }

    static String axe() throws IOException {
        try (var script = PagesInBrowser.class.getResourceAsStream(AXE)) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static String row(RunState run) {
        return "document.getElementById('run-" + run.runId() + "')";
    }

    static void awaitShown(String expected, String expression) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(browser.run("return String(" + expression + ")"))
                                        .isEqualTo(expected));
    }

    /** Opens the page of a run until it has a status. */
    static void awaitPage(RunState run, String status) {
        await().atMost(PATIENCE)
                .until(
                        () -> {
                            browser.open(gateway.address() + "/runs/" + run.runId());
                            return browser.run(
                                            "return document.querySelector('.verdict')?.textContent")
                                    .equals(status);
                        });
    }

    static RunState running() {
        var run = state(UUID.randomUUID().toString(), Status.RUNNING, 0, Instant.now());
        stages.state(run);
        return run;
    }

    /** Publishes what a training says that has done three of its eight epochs in a minute. */
    static void train(RunState run) {
        var begin = Instant.now().minusSeconds(60);
        var step = progress(run.runId(), 0, 0.0, begin).toBuilder().replica("prune-0").attempt(2);
        stages.progress(step.log("step 0: 512 images").build());
        for (int i = 1; i <= 12; i++) {
            double epoch = i / 4.0;
            var validation = i % 4 == 0 ? Double.valueOf(0.9 / epoch) : null;
            stages.progress(
                    step.at(begin.plusSeconds(5 * i))
                            .fraction(epoch / 8)
                            .message("step %d/32, epoch %d/8".formatted(i, 1 + i / 4))
                            .loss(new TrainingLoss(null, epoch, 8, 1 / (epoch + 0.25), validation))
                            .log(null)
                            .build());
        }
    }

    static RunState ended() {
        return ended(running());
    }

    static RunState ended(RunState running) {
        return ended(running, plan());
    }

    static RunState ended(RunState running, Plan plan) {
        var run = running.toBuilder().status(Status.PASSED).step(2).plan(plan).build();
        stages.end(run, result(run));
        return run;
    }

    static RunState awaitingApproval() {
        return ended(running(), plan().toBuilder().release(ReleaseMode.MANUAL).build());
    }

    static RunResult result(RunState run) {
        var report = SampleReport.onEngines().toBuilder().run(run.runId()).plan(run.plan()).build();
        return new RunResult(report, run.models(), List.of());
    }
}
