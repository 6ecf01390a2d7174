package io.pitlane.gateway;

import static io.pitlane.gateway.runs.RunFixtures.failure;
import static io.pitlane.gateway.runs.RunFixtures.progress;
import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.Topics;
import io.pitlane.contract.run.RunModel;
import io.pitlane.contract.training.TrainingLoss;
import io.pitlane.gateway.runs.RunFixtures;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The list of runs and the page of a run in a browser. */
class RunPageBrowserIT extends PagesInBrowser {
    @Test
    void anOpenListFollowsTheRuns() {
        // Given
        var run = running();
        browser.show(1280, "light");
        browser.open(gateway.address() + "/runs");
        browser.run("window.opened = 'once'");

        // When
        stages.progress(progress(run.runId(), 0, 0.75, Instant.now()));

        // Then
        awaitShown("0.75", row(run) + ".querySelector('progress')?.value");
        awaitShown("working", row(run) + ".querySelector('[data-message]')?.textContent");
        stages.fail(failure(run.runId(), 0));
        awaitShown("failed", row(run) + ".querySelector('.status')?.textContent");
        var next = running();
        awaitShown("running", row(next) + "?.querySelector('.status')?.textContent");
        assertThat(browser.run("return window.opened")).isEqualTo("once");
    }

    @Test
    void whatIsTickedAndFocusedStaysWhenTheListChanges() {
        // Given
        var ended = ended();
        awaitPage(ended, "passed");
        browser.show(1280, "light");
        browser.open(gateway.address() + "/runs");
        var box = "document.querySelector('input[value=\"" + ended.runId() + "\"]')";
        browser.run(box + ".checked = true; " + box + ".focus();");

        // When
        var next = running();
        awaitShown("running", row(next) + "?.querySelector('.status')?.textContent");

        // Then
        assertThat(browser.run("return " + box + ".checked")).isEqualTo("true");
        assertThat(browser.run("return document.activeElement === " + box)).isEqualTo("true");
    }

    @Test
    void anOpenPageOfARunFollowsItsTraining() {
        // Given
        var run = running();
        browser.show(1280, "light");
        awaitPage(run, "running");
        browser.run("window.opened = 'once'; document.querySelector('button.danger').focus()");
        var training = progress(run.runId(), 0, 0.25, Instant.now()).toBuilder();

        // When
        stages.progress(
                training.replica("prune-0")
                        .loss(new TrainingLoss(null, 1, 2, 0.75, 0.5))
                        .log("a line of the log")
                        .build());

        // Then
        awaitShown("a line of the log", "document.querySelector('#work pre')?.textContent");
        awaitShown("1", "document.querySelectorAll('#work circle').length");
        stages.progress(training.loss(new TrainingLoss(null, 2, 2, 0.5, 0.25)).build());
        awaitShown("2", "document.querySelectorAll('#work circle').length");
        assertThat(browser.run("return window.opened")).isEqualTo("once");
        assertThat(browser.run("return document.activeElement.className")).isEqualTo("danger");
        browser.open(gateway.address() + "/runs/" + run.runId());
        awaitShown("2", "document.querySelectorAll('#work circle').length");
    }

    @Test
    void theButtonOfARunCancelsIt() {
        // Given
        var run = running();
        browser.show(1280, "light");
        awaitPage(run, "running");

        // When
        browser.run("document.querySelector('button.danger').click()");

        // Then
        awaitShown("true", "document.body.textContent.includes('cancellation is requested')");
        assertThat(stages.read(Topics.DEFAULT.cancellations()))
                .anyMatch(event -> event.key().equals(run.runId()));
    }

    @Test
    void aModelIsDownloadedAsItWasUploaded() {
        // Given
        var model = gateway.upload("model", PackedFile.of(100_000, 1));
        var running = running();
        var run =
                ended(
                        RunFixtures.withModels(
                                running,
                                List.of(new RunModel(RunModel.ORIGINAL, model, List.of()))));
        awaitPage(run, "passed");

        // When
        var digest =
                browser.run(
                        "var link = document.querySelector('a[href$=\"/models/original\"]');"
                                + " return fetch(link.href).then(r => r.arrayBuffer())"
                                + ".then(bytes => crypto.subtle.digest('SHA-256', bytes))"
                                + ".then(hash => [...new Uint8Array(hash)]"
                                + ".map(b => b.toString(16).padStart(2, '0')).join(''))");

        // Then
        assertThat(digest).isEqualTo(model.digest());
    }

    @Test
    void anOpenPageShowsTheRightStateAfterTheGatewayWasKilled() throws IOException {
        // Given
        var run = running();
        var training = running();
        train(training);
        browser.show(1280, "light");
        awaitPage(run, "running");
        browser.run("window.opened = 'once'");

        // When
        gateway.kill();
        awaitShown("false", "document.getElementById('connection').hidden");
        ended(run);
        gateway = gateway.restart();

        // Then
        awaitShown("passed", "document.querySelector('.verdict').textContent");
        awaitShown("true", "document.getElementById('connection').hidden");
        awaitShown("true", "document.body.textContent.includes('Measured on')");
        assertThat(browser.run("return window.opened")).isEqualTo("once");
        browser.open(gateway.address() + "/runs/" + training.runId());
        awaitShown("3", "document.querySelectorAll('#work circle').length");
        assertThat(browser.run("return document.getElementById('steps').textContent"))
                .contains("on prune-0, attempt 2", "37.5 % a minute");
    }
}
