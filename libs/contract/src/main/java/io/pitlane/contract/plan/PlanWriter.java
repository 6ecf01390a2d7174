package io.pitlane.contract.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator.Feature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import io.pitlane.contract.json.ContractJson;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Writes plans as YAML. */
public final class PlanWriter {
    private static final int LONGEST_SHORTENED = 32 << 10;

    private static final YAMLMapper WRITER =
            YAMLMapper.builder(YAMLFactory.builder().stringQuotingChecker(new Quoting()).build())
                    .disable(Feature.WRITE_DOC_START_MARKER)
                    .disable(Feature.SPLIT_LINES)
                    .enable(Feature.MINIMIZE_QUOTES)
                    .enable(Feature.INDENT_ARRAYS_WITH_INDICATOR)
                    .build();

    /** Quotes texts that would be read as numbers, in whichever notation, as well. */
    private static final class Quoting extends StringQuotingChecker.Default {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean needToQuoteValue(String value) {
            return super.needToQuoteValue(value) || value.matches("(?s)[-+.]?\\d.*");
        }
    }

    private PlanWriter() {}

    /**
     * The shortest document that is read as this plan: without what is the default. A plan of many
     * thousands of characters is written with everything, for each field is tried by reading it.
     */
    public static String write(Plan plan) {
        var document = ContractJson.MAPPER.<ObjectNode>valueToTree(plan);
        if (document.toString().length() <= LONGEST_SHORTENED) {
            new Shortening(plan, document).shorten(document);
        }
        return write(document);
    }

    /** A document of any content, which need not be a plan. */
    public static String write(JsonNode document) {
        try {
            return WRITER.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leaves out of a plan's document what makes no difference. */
    private record Shortening(Plan plan, ObjectNode document) {

        void shorten(JsonNode part) {
            if (part instanceof ObjectNode object) {
                shortenFields(object);
            } else if (part instanceof ArrayNode list && list.path(0).isObject()) {
                shortenElements(list);
            }
        }

        /** A field that is put back comes last, so that all that stay keep their order. */
        private void shortenFields(ObjectNode object) {
            for (var name : names(object)) {
                var value = object.remove(name);
                if (!isSamePlan()) {
                    object.set(name, value);
                    shorten(value);
                }
            }
        }

        private void shortenElements(ArrayNode list) {
            var last = list.remove(list.size() - 1);
            if (!isSamePlan()) {
                list.add(last);
            }
            list.forEach(this::shorten);
        }

        private boolean isSamePlan() {
            try {
                return ContractJson.PLAN_MAPPER.treeToValue(document, Plan.class).equals(plan);
            } catch (JsonProcessingException e) {
                return false;
            }
        }

        private static List<String> names(ObjectNode object) {
            var names = new ArrayList<String>();
            object.fieldNames().forEachRemaining(names::add);
            return names;
        }
    }
}
