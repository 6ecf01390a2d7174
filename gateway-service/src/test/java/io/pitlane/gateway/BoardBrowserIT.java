package io.pitlane.gateway;

import static io.pitlane.gateway.runs.RunFixtures.failure;
import static io.pitlane.gateway.runs.RunFixtures.plan;
import static io.pitlane.gateway.runs.RunFixtures.progress;
import static io.pitlane.gateway.runs.RunFixtures.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pitlane.contract.Topics;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.plan.Plan;
import io.pitlane.contract.plan.ReleaseMode;
import io.pitlane.contract.report.RunResult;
import io.pitlane.contract.run.RunModel;
import io.pitlane.contract.run.RunState;
import io.pitlane.contract.run.RunState.Status;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.step.StageName;
import io.pitlane.contract.training.TrainingLoss;
import io.pitlane.gateway.runs.RunFixtures;
import io.pitlane.kafka.EmbeddedKafka;
import io.pitlane.pipeline.artifact.Archive;
import io.pitlane.pipeline.artifact.ArchiveLimits;
import io.pitlane.report.SampleReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages in a real browser, from the gateway as it is delivered. */
class BoardBrowserIT {
    private static final String AXE = "/axe.min.js";
    private static final String SCREENSHOTS = "pitlane.screenshots";
    private static final String SUMMARY = "document.getElementById('summary').textContent";
    private static final String STATUS_OF_LIMITS =
            "document.querySelector('.limits [role=status]').textContent";

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir static Path folder;
    private static ChromeBrowser browser;
    private static EmbeddedKafka kafka;
    private static GatewayProcess gateway;
    private static SimulatedStages stages;

    @BeforeAll
    static void start() throws Exception {
        browser = ChromeBrowser.start();
        kafka = EmbeddedKafka.start(folder.resolve("kafka"));
        gateway = GatewayProcess.start(kafka.bootstrapServers(), folder);
        stages = new SimulatedStages(kafka.bootstrapServers(), Topics.DEFAULT);
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.close();
            stages.close();
            gateway.close();
            kafka.close();
        }
    }

    @Test
    void nothingSeriousIsWrongWithThePagesForThoseWhoDoNotSeeThem() throws IOException {
        // Given
        var running = running();
        train(running);
        var failed = running();
        stages.fail(failure(failed.runId(), 0));
        var first = ended();
        var second = ended();
        var waiting = awaitingApproval();
        var axe = axe();
        awaitPage(second, "passed");
        awaitPage(failed, "failed");
        awaitPage(waiting, "passed");
        stages.release(result(second));
        stages.release(result(first));
        stages.garbage(Topics.DEFAULT.triggers());

        // Then
        for (var scheme : List.of("light", "dark")) {
            for (var width : List.of(1280, 390)) {
                browser.show(width, scheme);
                for (var page :
                        List.of(
                                "/runs",
                                "/runs?status=cancelled&plan=nobody",
                                "/runs/" + running.runId(),
                                "/runs/" + failed.runId(),
                                "/runs/" + first.runId(),
                                "/compare?run=" + first.runId() + "&run=" + second.runId(),
                                "/compare?run=" + first.runId() + "&run=" + failed.runId(),
                                "/plans",
                                "/released",
                                "/stages",
                                "/runs/" + waiting.runId(),
                                "/login?to=/runs/nobody",
                                "/runs/nobody",
                                "/new?from=" + first.runId())) {
                    openWhole(page);
                    assertThat(
                                    browser.run(
                                            "return matchMedia('(prefers-color-scheme: dark)').matches"))
                            .isEqualTo(String.valueOf(scheme.equals("dark")));
                    assertThat(findings(axe))
                            .as("%s, %s, %d pixels", page, scheme, width)
                            .isEmpty();
                    assertThat(browser.value("return document.documentElement.scrollWidth").asInt())
                            .as("%s, %d pixels", page, width)
                            .isLessThanOrEqualTo(width);
                }
            }
        }
    }

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
    void limitsFadeTheModelsBeyondThem() {
        // Given
        var first = ended();
        var second = ended();
        awaitPage(second, "passed");
        browser.show(1280, "light");
        browser.open(
                gateway.address() + "/compare?run=" + first.runId() + "&run=" + second.runId());
        awaitShown("6 of 6 models keep the limits.", STATUS_OF_LIMITS);

        // When: only the smallest models, those of the last step, keep the limit
        browser.run(
                "var slider = document.querySelector('[data-limit=size]'); slider.value = 0;"
                        + " slider.dispatchEvent(new Event('input', {bubbles: true}))");

        // Then
        assertThat(browser.run("return " + STATUS_OF_LIMITS))
                .isEqualTo("2 of 6 models keep the limits.");
        assertThat(browser.run("return document.querySelectorAll('tr.beyond').length"))
                .isEqualTo("4");
        assertThat(browser.run("return document.querySelectorAll('circle.beyond').length"))
                .isEqualTo("8");
        assertThat(browser.run("return document.querySelectorAll('polyline.beyond').length"))
                .isEqualTo("0");
    }

    @Test
    void theModelsOfAComparisonAreACsv() {
        // Given
        var first = ended();
        var second = ended();
        awaitPage(second, "passed");
        browser.open(
                gateway.address() + "/compare?run=" + first.runId() + "&run=" + second.runId());
        awaitShown("false", "document.querySelector('[data-copy]').hidden");

        // When
        var copied =
                browser.run(
                        "var copied; navigator.clipboard.writeText = async (text) => { copied = text };"
                                + " document.querySelector('[data-copy]').click();"
                                + " return new Promise(done => { var look = () => copied"
                                + " ? done(copied) : setTimeout(look, 50); look(); })");

        // Then
        assertThat(copied.split("\r\n"))
                .hasSize(7)
                .contains(second.runId() + ",quantize,94.75,98000,62000,12300000,0.8,1250");
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
    void aRunIsStartedInTheFormOnceItsErrorsAreCorrected() throws IOException {
        // Given
        browser.show(1280, "light");
        browser.open(gateway.address() + "/new");
        awaitShown("true", "document.querySelector('#problem-data') !== null");

        // When
        upload("model", "saved_model.pb");
        upload("data", "digits.npz");
        write("field-name", "made in a browser");
        choose("form-data.train", "npz");
        write("field-data.train.npz", "digits.npz");
        choose("form-data.test", "npz");
        write("field-data.test.npz", "digits.npz");
        press("Set steps[0].prune.ratio");
        write("field-steps[0].prune.ratio", "1.5");

        // Then
        awaitShown("2 fields of the plan to write or correct.", SUMMARY);
        assertThat(problem("name")).contains("64 letters");
        assertThat(problem("steps[0].prune.ratio")).contains("below 1");
        browser.run("document.querySelectorAll('details').forEach(list => list.open = true)");
        assertThat(findings(axe())).isEmpty();

        // When
        browser.run("document.querySelector('#new-run > p button').click()");

        // Then
        awaitShown("field-name", "document.activeElement.id");
        write("field-name", "made-in-a-browser");
        write("field-steps[0].prune.ratio", "0.4");
        awaitShown("The plan is right.", SUMMARY);
        browser.run("document.querySelector('#new-run > p button').click()");
        awaitShown("made-in-a-browser", "document.querySelector('h1').textContent");
        var job =
                stages.jobs(StageName.PRUNE).stream()
                        .filter(sent -> sent.plan().name().equals("made-in-a-browser"))
                        .findFirst()
                        .orElseThrow();
        assertThat(job.plan().steps().get(0)).isEqualTo(PruneStep.builder().ratio(0.4).build());
        assertThat(job.plan().model()).isEqualTo("saved_model");
    }

    @Test
    void aRunIsStartedAgainWithAChange() {
        // Given
        var run = ended();
        awaitPage(run, "passed");
        var again = "document.querySelector('a[href=\"/new?from=" + run.runId() + "\"]')";

        // When
        browser.run(again + ".click()");

        // Then
        awaitShown("The plan is right.", SUMMARY);
        assertThat(browser.run("return document.getElementById('plan-text').value"))
                .contains("- prune: {}")
                .doesNotContain("calibration");
        for (var kind : List.of("model", "data")) {
            assertThat(browser.run("return document.getElementById('" + kind + "-known').value"))
                    .isNotEmpty();
        }

        // When
        browser.run(
                "const text = document.getElementById('plan-text');"
                        + "text.value = text.value.replace('quantize: {}',"
                        + " 'quantize: {calibration: {method: mse}}');"
                        + "text.dispatchEvent(new Event('input'))");

        // Then
        awaitShown(
                "mse",
                "document.getElementById('field-steps[1].quantize.calibration.method')?.value");
    }

    @Test
    void whatTheGatewayHasIsNotSentAgainAndARefusedUploadSaysWhy() {
        // Given
        browser.open(gateway.address() + "/new");
        awaitShown("true", "document.querySelector('#problem-data') !== null");
        upload("model", "sent.pb");

        // When
        browser.run("document.getElementById('model-known').value = ''");
        upload("model", "sent.pb");

        // Then
        assertThat(
                        browser.run(
                                "return performance.getEntriesByType('resource').filter("
                                        + "entry => entry.name.endsWith('?kind=model')).length"))
                .isEqualTo("1");

        // When
        select("data", "broken.tar.gz");

        // Then
        awaitShown("true", "document.getElementById('data-problem').textContent.includes('gzip')");
    }

    @Test
    void theBrowserPacksFilesAsTheServicesUnpackThem(@TempDir Path unpacked) throws IOException {
        // Given
        browser.open(gateway.address() + "/new");
        var deep = "a".repeat(90) + "/" + "b".repeat(90) + ".csv";
        var files = Map.of("saved_model.pb", "", "variables/ü.index", "x".repeat(513), deep, "c");

        // When
        var packed =
                browser.run(
                        """
                        const files = Object.entries(%s).map(([name, text]) =>
                          Object.defineProperty(new File([text], name), 'webkitRelativePath',
                            {value: 'folder/' + name}));
                        return import('%s/board/upload.js').then(module => module.pack(files))
                          .then(blob => blob.arrayBuffer())
                          .then(bytes => btoa(String.fromCharCode(...new Uint8Array(bytes))));
                        """
                                .formatted(
                                        ContractJson.MAPPER.writeValueAsString(files),
                                        gateway.address()));
        var archive = Files.write(unpacked.resolve("a.tar.gz"), Base64.getDecoder().decode(packed));
        var root = unpacked.resolve("root");
        Archive.unpack(archive, root, ArchiveLimits.model(1 << 20));

        // Then
        for (var file : files.entrySet()) {
            assertThat(root.resolve(file.getKey())).hasContent(file.getValue());
        }
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

    @Test
    void aReleaseIsApprovedOnThePageOfItsRun() {
        // Given
        var run = awaitingApproval();
        browser.show(390, "light");
        awaitPage(run, "passed");
        browser.run("document.querySelector('.release textarea').value = 'Seen on the track.'");

        // When
        browser.run("document.querySelector('.release button[value=approve]').click()");

        // Then
        awaitShown(
                "true",
                "document.querySelector('.release')?.textContent.includes('Seen on the track.')");
        assertThat(browser.run("return String(document.querySelector('.release form'))"))
                .isEqualTo("null");
        assertThat(stages.read(Topics.DEFAULT.released()))
                .filteredOn(event -> event.key().equals(run.runId()))
                .hasSize(1);
        browser.open(gateway.address() + "/released");
        awaitShown(
                "true",
                "Boolean(document.querySelector('td a[href=\"/runs/" + run.runId() + "\"]'))");
    }

    @Test
    void aPlanIsRegisteredInTheForm() {
        // Given
        browser.show(1280, "light");
        browser.open(gateway.address() + "/plans");

        // When
        browser.run(
                "document.getElementById('model').value = 'in-the-form';"
                        + "document.getElementById('plan').value = "
                        + ContractJson.MAPPER.valueToTree(RunFixtures.PLAN)
                        + "; document.querySelector('#register button').click()");

        // Then
        awaitShown("true", "document.querySelector('tbody')?.textContent.includes('in-the-form')");
        browser.run("document.querySelector('button.danger').click()");
        awaitShown("false", "document.body.textContent.includes('in-the-form')");
    }

    /** Makes the screenshots of the documentation, where {@value #SCREENSHOTS} names a folder. */
    @Test
    void screenshots() throws IOException {
        // Given
        var folder = System.getProperty(SCREENSHOTS);
        assumeTrue(folder != null, "-D" + SCREENSHOTS + "=FOLDER writes them");
        stages.fail(failure(running().runId(), 0));
        var first = ended();
        var second = ended();
        var running = running();
        train(running);
        awaitPage(second, "passed");
        var pages =
                Map.of(
                        "run", "/runs/" + running.runId(),
                        "new", "/new?from=" + first.runId(),
                        "compare", "/compare?run=" + first.runId() + "&run=" + second.runId());

        // Then
        for (var scheme : List.of("light", "dark")) {
            browser.show(960, scheme);
            for (var page : pages.entrySet()) {
                openWhole(page.getValue());
                var file = Path.of(folder, page.getKey() + "-" + scheme + ".png");
                browser.screenshot(file, 960, 720);
                assertThat(file).isNotEmptyFile();
            }
        }
    }

    /** Opens a page, and waits for the part of it that a script makes. */
    private static void openWhole(String page) {
        browser.open(gateway.address() + page);
        if (page.startsWith("/new")) {
            awaitShown("The plan is right.", SUMMARY);
        }
    }

    /** The findings of axe-core that are serious or critical. */
    private static List<String> findings(String axe) {
        var found =
                browser.value(
                        axe
                                + "; return axe.run({resultTypes: ['violations']}).then(r => r.violations"
                                + ".filter(v => ['serious', 'critical'].includes(v.impact))"
                                + ".map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' ')))");
        return StreamSupport.stream(found.spliterator(), false).map(node -> node.asText()).toList();
    }

    private static String axe() throws IOException {
        try (var script = BoardBrowserIT.class.getResourceAsStream(AXE)) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Chooses a file in the form and waits until the gateway has it. */
    private static void upload(String kind, String name) {
        select(kind, name);
        awaitShown("64", "document.getElementById('%s-known').value.length".formatted(kind));
    }

    /** Chooses a file with some content. */
    private static void select(String kind, String name) {
        browser.run(
                ("const input = document.getElementById('%s-files');"
                                + "const chosen = new DataTransfer();"
                                + "chosen.items.add(new File(['content of %s'], '%s'));"
                                + "input.files = chosen.files;"
                                + "input.dispatchEvent(new Event('change'))")
                        .formatted(kind, name, name));
    }

    private static void write(String id, String value) {
        awaitShown("true", "document.getElementById('%s') !== null".formatted(id));
        browser.run(
                ("const field = document.getElementById('%s'); field.value = '%s';"
                                + "field.dispatchEvent(new Event('input'))")
                        .formatted(id, value));
    }

    private static void choose(String id, String text) {
        browser.run(
                ("const field = document.getElementById('%s');"
                                + "field.value = [...field.options].find(o => o.text === '%s').value;"
                                + "field.dispatchEvent(new Event('change'))")
                        .formatted(id, text));
    }

    private static void press(String label) {
        browser.run("document.querySelector('button[aria-label=\"%s\"]').click()".formatted(label));
    }

    private static String problem(String path) {
        return browser.run(
                "return document.getElementById('problem-%s').textContent".formatted(path));
    }

    private static String row(RunState run) {
        return "document.getElementById('run-" + run.runId() + "')";
    }

    private static void awaitShown(String expected, String expression) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(browser.run("return String(" + expression + ")"))
                                        .isEqualTo(expected));
    }

    /** Opens the page of a run until it has a status. */
    private static void awaitPage(RunState run, String status) {
        await().atMost(PATIENCE)
                .until(
                        () -> {
                            browser.open(gateway.address() + "/runs/" + run.runId());
                            return browser.run(
                                            "return document.querySelector('.verdict')?.textContent")
                                    .equals(status);
                        });
    }

    private static RunState running() {
        var run = state(UUID.randomUUID().toString(), Status.RUNNING, 0, Instant.now());
        stages.state(run);
        return run;
    }

    /** Publishes what a training says that has done three of its eight epochs in a minute. */
    private static void train(RunState run) {
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

    private static RunState ended() {
        return ended(running());
    }

    private static RunState ended(RunState running) {
        return ended(running, plan());
    }

    private static RunState ended(RunState running, Plan plan) {
        var run = running.toBuilder().status(Status.PASSED).step(2).plan(plan).build();
        stages.end(run, result(run));
        return run;
    }

    private static RunState awaitingApproval() {
        return ended(running(), plan().toBuilder().release(ReleaseMode.MANUAL).build());
    }

    private static RunResult result(RunState run) {
        var report = SampleReport.onEngines().toBuilder().run(run.runId()).plan(run.plan()).build();
        return new RunResult(report, run.models(), List.of());
    }
}
