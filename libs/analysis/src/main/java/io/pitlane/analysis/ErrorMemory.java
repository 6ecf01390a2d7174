package io.pitlane.analysis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.pitlane.contract.finding.OutputError;
import io.pitlane.contract.json.ContractJson;
import io.pitlane.training.checkpoint.Checkpoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Measured errors by what was measured, in a checkpoint: what an earlier attempt at the same step
 * measured is not measured again.
 */
public final class ErrorMemory {
    private final Checkpoints checkpoints;
    private final String name;
    private final Map<String, OutputError> errors;

    /**
     * Reads what is there.
     *
     * @param name of the checkpoint
     */
    public ErrorMemory(Checkpoints checkpoints, String name) {
        this.checkpoints = checkpoints;
        this.name = name;
        this.errors = checkpoints.load(name).map(ErrorMemory::read).orElseGet(LinkedHashMap::new);
    }

    /** The error that is known under a key, or else is measured now. */
    public OutputError error(String key, Supplier<OutputError> measurement) {
        var known = errors.get(key);
        if (known != null) {
            return known;
        }
        var error = measurement.get();
        errors.put(key, error);
        save();
        return error;
    }

    private static Map<String, OutputError> read(byte[] json) {
        try {
            return ContractJson.MAPPER.readValue(
                    json, new TypeReference<LinkedHashMap<String, OutputError>>() {});
        } catch (IOException e) {
            throw new UncheckedIOException("a checkpoint of measured errors is damaged", e);
        }
    }

    private void save() {
        try {
            checkpoints.save(name, ContractJson.MAPPER.writeValueAsBytes(errors));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
