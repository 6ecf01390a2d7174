package io.pitlane.pipeline.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.pitlane.contract.artifact.Sha256;
import io.pitlane.contract.json.ContractJson;
import java.io.UncheckedIOException;
import java.util.HexFormat;

/** A digest of a value as canonical JSON. */
final class JsonDigest {
    private JsonDigest() {}

    /** The SHA-256 digest; 64 lower-case hex digits. */
    static String of(Object value) {
        try {
            // As maps, whose entries can be written in the order of their keys.
            var tree = ContractJson.MAPPER.valueToTree(value);
            var json =
                    ContractJson.MAPPER
                            .writer(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                            .writeValueAsBytes(ContractJson.MAPPER.treeToValue(tree, Object.class));
            return HexFormat.of().formatHex(Sha256.of(json));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
