package io.pitlane.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The comparison of runs in a browser. */
class ComparePageBrowserIT extends PagesInBrowser {
    private static final String STATUS_OF_LIMITS =
            "document.querySelector('.limits [role=status]').textContent";

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
}
