package io.pitlane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BrowserTest {
    private static final URI ADDRESS = URI.create("http://127.0.0.1:8080/runs/1");

    @Test
    void theProgramThatTheUserNamesComesFirst() {
        var browser = new Browser(Map.of("BROWSER", "firefox", "DISPLAY", ":0"), "Mac OS X");

        assertThat(browser.command(ADDRESS).orElseThrow())
                .containsExactly("firefox", ADDRESS.toString());
    }

    @Test
    void aDesktopOpensAddresses() {
        var address = ADDRESS.toString();

        assertThat(new Browser(Map.of(), "Mac OS X").command(ADDRESS).orElseThrow())
                .containsExactly("open", address);
        assertThat(new Browser(Map.of("DISPLAY", ":0"), "Linux").command(ADDRESS).orElseThrow())
                .containsExactly("xdg-open", address);
        assertThat(
                        new Browser(Map.of("WAYLAND_DISPLAY", "wayland-0"), "Linux")
                                .command(ADDRESS)
                                .orElseThrow())
                .containsExactly("xdg-open", address);
    }

    @Test
    void aMachineWithoutADesktopHasNone() {
        var browser = new Browser(Map.of("DISPLAY", ""), "Linux");

        assertThat(browser.command(ADDRESS)).isEmpty();
        assertThat(browser.open(ADDRESS)).isFalse();
    }
}
