package io.pitlane.quantize;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.pitlane.contract.finding.QuantizationError;
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
final class ErrorMemory {
    private final Checkpoints checkpoints;
    private final String name;
    private final Map<String, QuantizationError> errors;

    /**
     * Reads what is there.
     *
     * @param name of the checkpoint
     */
    ErrorMemory(Checkpoints checkpoints, String name) {
        this.checkpoints = checkpoints;
        this.name = name;
        this.errors = checkpoints.load(name).map(ErrorMemory::read).orElseGet(LinkedHashMap::new);
    }

    /** The error that is known under a key, or else is measured now. */
    QuantizationError error(String key, Supplier<QuantizationError> measurement) {
        var known = errors.get(key);
        if (known != null) {
            return known;
        }
        var error = measurement.get();
        errors.put(key, error);
        save();
        return error;
    }

    private static Map<String, QuantizationError> read(byte[] json) {
        try {
            return ContractJson.MAPPER.readValue(
                    json, new TypeReference<LinkedHashMap<String, QuantizationError>>() {});
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
