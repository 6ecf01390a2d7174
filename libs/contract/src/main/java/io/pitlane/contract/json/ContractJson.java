package io.pitlane.contract.json;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.MapperBuilder;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;

/** The mappers of the contract's records to JSON and from JSON or YAML. */
public final class ContractJson {
    private static final int MAX_NESTING = 32;

    /** For events: unknown fields are ignored, so that newer services may add some. */
    public static final JsonMapper MAPPER =
            configure(JsonMapper.builder())
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    /** For user documents, YAML or JSON: unknown and repeated fields are errors. */
    public static final YAMLMapper PLAN_MAPPER = planMapper();

    private ContractJson() {}

    private static YAMLMapper planMapper() {
        var mapper =
                configure(YAMLMapper.builder())
                        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                        // Otherwise the last of two would win silently.
                        .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                        .build();
        mapper.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build());
        return mapper;
    }

    private static <
                    M extends com.fasterxml.jackson.databind.ObjectMapper,
                    B extends MapperBuilder<M, B>>
            B configure(B builder) {
        return builder.addModule(new JavaTimeModule())
                .addModule(new Jdk8Module())
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS);
    }
}
