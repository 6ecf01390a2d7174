package io.pitlane.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;

/**
 * A Kubernetes object as parsed YAML.
 *
 * @param source its file, for messages
 */
record Manifest(String source, JsonNode node) {

    String kind() {
        return node.path("kind").asText();
    }

    /** Such as {@code apps/v1/Deployment}. */
    String type() {
        return node.path("apiVersion").asText() + "/" + kind();
    }

    String name() {
        return node.at("/metadata/name").asText();
    }

    boolean is(String kind) {
        return kind().equals(kind);
    }

    /** The text at a JSON pointer; empty where there is none. */
    String at(String pointer) {
        return node.at(pointer).asText();
    }

    /** The value of a label; empty where there is none. */
    String label(String label) {
        return node.path("metadata").path("labels").path(label).asText();
    }

    /** As a typed object. */
    <T> T as(Class<T> type) {
        try {
            return StrictYaml.read(node, type);
        } catch (JsonProcessingException e) {
            throw new AssertionError(this + ": " + e.getOriginalMessage(), e);
        }
    }

    @Override
    public String toString() {
        return kind() + " " + name() + " (" + source + ")";
    }
}
