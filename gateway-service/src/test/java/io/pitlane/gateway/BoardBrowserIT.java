package io.pitlane.gateway;

import static io.pitlane.gateway.runs.RunFixtures.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pitlane.contract.Topics;
import io.pitlane.contract.run.RunModel;
import io.pitlane.gateway.runs.RunFixtures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every page, for those who do not see it, light and dark, wide and narrow. */
class BoardBrowserIT extends PagesInBrowser {
    private static final String SCREENSHOTS = "pitlane.screenshots";

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

    /** Makes the screenshots of the documentation, where {@value #SCREENSHOTS} names a folder. */
    @Test
    void screenshots() throws IOException {
        // Given
        var folder = System.getProperty(SCREENSHOTS);
        assumeTrue(folder != null, "-D" + SCREENSHOTS + "=FOLDER writes them");
        stages.fail(failure(running().runId(), 0));
        var model = gateway.upload("model", PackedFile.of(1000, 1));
        var original = new RunModel(RunModel.ORIGINAL, model, List.of());
        var first = ended(RunFixtures.withModels(running(), List.of(original)));
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
                if (page.getKey().equals("new")) {
                    awaitShown("true", "document.querySelector('#description details') !== null");
                }
                var file = Path.of(folder, page.getKey() + "-" + scheme + ".png");
                browser.screenshot(file, 960, 720);
                assertThat(file).isNotEmptyFile();
            }
        }
    }
}
