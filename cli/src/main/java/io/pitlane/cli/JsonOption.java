package io.pitlane.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.pitlane.contract.json.ContractJson;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** Prints data for people, or with {@code --json} for programs. */
final class JsonOption {
    private static final ObjectWriter WRITER = ContractJson.MAPPER.writerWithDefaultPrettyPrinter();

    @Option(names = "--json", description = "Print it as JSON.")
    private boolean json;

    /** Whether it is JSON that is printed. */
    boolean isWanted() {
        return json;
    }

    /**
     * Prints one JSON value, or the text.
     *
     * @param text for people
     */
    void print(PrintWriter out, Object data, Supplier<String> text) {
        try {
            out.println(json ? WRITER.writeValueAsString(data) : text.get());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
