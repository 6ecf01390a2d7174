package io.pitlane.contract;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.MapperBuilder;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;

/** The one way contract records become JSON and back. */
public final class ContractJson {
    /** For events: unknown fields are ignored, so that newer services may add some. */
    public static final JsonMapper MAPPER =
            configure(JsonMapper.builder())
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    private ContractJson() {}

    static <M extends com.fasterxml.jackson.databind.ObjectMapper, B extends MapperBuilder<M, B>>
            B configure(B builder) {
        return builder.addModule(new JavaTimeModule())
                .addModule(new Jdk8Module())
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS);
    }

    static StreamReadConstraints limits() {
        return StreamReadConstraints.builder().maxNestingDepth(32).build();
    }
}
