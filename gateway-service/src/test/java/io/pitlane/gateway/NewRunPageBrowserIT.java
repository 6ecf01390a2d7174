package io.pitlane.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.pitlane.contract.json.ContractJson;
import io.pitlane.contract.step.PruneStep;
import io.pitlane.contract.step.StageName;
import io.pitlane.pipeline.artifact.Archive;
import io.pitlane.pipeline.artifact.ArchiveLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The form for a new run in a browser. */
class NewRunPageBrowserIT extends PagesInBrowser {
    private static final String DESCRIPTION = "document.getElementById('description').textContent";

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
    void aModelIsDescribedAtOnceWithTheAdviceOfEachTechnique() throws IOException {
        // Given
        browser.show(390, "light");
        browser.open(gateway.address() + "/new");
        awaitShown(
                "The plan is right.", SUMMARY + ".replace(/^\\d+ field.*/, 'The plan is right.')");

        // When
        upload("model", "described.pb");

        // Then
        awaitShown("true", DESCRIPTION + ".includes('serving_default')");
        assertThat(browser.run("return " + DESCRIPTION))
                .contains("What prune can do", "What quantize can do", "can be exported");
        assertThat(browser.run("return document.querySelectorAll('#description tbody tr').length"))
                .isEqualTo("10");
        assertThat(browser.run("return document.querySelector('#description details').open"))
                .isEqualTo("true");
        browser.run(
                "document.querySelectorAll('#description details').forEach(part => part.open = true)");
        assertThat(findings(axe())).isEmpty();
        assertThat(browser.value("return document.documentElement.scrollWidth").asInt())
                .isLessThanOrEqualTo(390);

        // When
        upload("model", "broken.pb");

        // Then
        awaitShown("true", DESCRIPTION + ".includes('holds no SavedModel. Export it again.')");
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
}
