package io.pitlane.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files written by {@code make_data.py}, and the values that Python read back from them. */
public final class PythonFixtures {
    public static final Path FOLDER = folder();
    private static final JsonNode EXPECTED = read();

    private PythonFixtures() {}

    private static Path folder() {
        try {
            return Path.of(PythonFixtures.class.getResource("/data").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode read() {
        try {
            return new ObjectMapper().readTree(FOLDER.resolve("expected.json").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] bytes(String file) {
        try {
            return Files.readAllBytes(FOLDER.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An image, as read by Python. */
    public static Image image(String name) {
        var shape = EXPECTED.get(name).get("shape");
        return new Image(
                shape.get(0).asInt(), shape.get(1).asInt(), shape.get(2).asInt(), pixels(name));
    }

    /** A mask, as written by Python. */
    public static Mask mask(String name) {
        var shape = EXPECTED.get(name).get("shape");
        return new Mask(shape.get(0).asInt(), shape.get(1).asInt(), pixels(name));
    }

    private static byte[] pixels(String name) {
        var values = EXPECTED.get(name).get("pixels");
        var pixels = new byte[values.size()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) values.get(i).asInt();
        }
        return pixels;
    }
}
