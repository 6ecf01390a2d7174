package io.pitlane.gateway;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.regex.Pattern;

/**
 * Chromium without a window, driven by chromedriver over the W3C WebDriver protocol. Both are
 * looked for on the PATH; without them a test is skipped.
 */
final class ChromeBrowser implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern STARTED = Pattern.compile("successfully on port (\\d+)");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process driver;
    private final URI session;

    private ChromeBrowser(Process driver, int port) throws IOException, InterruptedException {
        this.driver = driver;
        var server = URI.create("http://127.0.0.1:" + port + "/session/");
        var options =
                Map.of(
                        "args",
                        List.of("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"));
        var started =
                post(
                        URI.create("http://127.0.0.1:" + port + "/session"),
                        Map.of(
                                "capabilities",
                                Map.of("alwaysMatch", Map.of("goog:chromeOptions", options))));
        this.session = server.resolve(started.get("sessionId").asText() + "/");
    }

    /** Starts a browser, or skips the test where there is none. */
    static ChromeBrowser start() throws IOException, InterruptedException {
        assumeTrue(
                isOnPath("chromedriver"),
                "There is no chromedriver: apt-get install chromium chromium-driver");
        var driver =
                new ProcessBuilder("chromedriver", "--port=0").redirectErrorStream(true).start();
        var output = new Scanner(driver.getInputStream(), StandardCharsets.UTF_8);
        while (output.hasNextLine()) {
            var started = STARTED.matcher(output.nextLine());
            if (started.find()) {
                return new ChromeBrowser(driver, Integer.parseInt(started.group(1)));
            }
        }
        throw new AssertionError("chromedriver ended before it was ready");
    }

    private static boolean isOnPath(String program) {
        return Pattern.compile(File.pathSeparator)
                .splitAsStream(System.getenv("PATH"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** Opens an address and waits until it has loaded. */
    void open(String address) {
        command("url", Map.of("url", address));
    }

    /**
     * Runs a script in the page.
     *
     * @param body of a function; a promise that it returns is awaited
     * @return what it returns, as text; empty for null
     */
    String run(String body) {
        return value(body).asText("");
    }

    /** Like {@link #run}, for a value of any type. */
    JsonNode value(String body) {
        return command("execute/sync", Map.of("script", body, "args", List.of()));
    }

    /**
     * Sets the width of the page and what {@code prefers-color-scheme} says.
     *
     * @param width in CSS pixels
     * @param scheme {@code light} or {@code dark}
     */
    void show(int width, String scheme) {
        devTools(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 800, "deviceScaleFactor", 1, "mobile", false));
        devTools(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** Writes the upper part of the page as a PNG, to a height in CSS pixels. */
    void screenshot(Path file, int width, int height) throws IOException {
        var part = Map.of("x", 0, "y", 0, "width", width, "height", height, "scale", 1);
        var image = devTools("Page.captureScreenshot", Map.of("format", "png", "clip", part));
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, Base64.getDecoder().decode(image.get("data").asText()));
    }

    private JsonNode devTools(String name, Map<String, Object> parameters) {
        return command("goog/cdp/execute", Map.of("cmd", name, "params", parameters));
    }

    private JsonNode command(String path, Map<String, Object> body) {
        try {
            return post(session.resolve(path), body);
        } catch (IOException e) {
            throw new AssertionError(path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(path, e);
        }
    }

    private JsonNode post(URI address, Map<String, Object> body)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(address)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)));
        var response = http.send(request.build(), BodyHandlers.ofString());
        var value = JSON.readTree(response.body()).get("value");
        if (response.statusCode() != 200) {
            throw new AssertionError(value);
        }
        return value;
    }

    @Override
    public void close() {
        var end = HttpRequest.newBuilder(URI.create(session.toString().replaceAll("/$", "")));
        http.sendAsync(end.DELETE().build(), BodyHandlers.discarding()).join();
        driver.destroy();
        driver.onExit().join();
    }
}
