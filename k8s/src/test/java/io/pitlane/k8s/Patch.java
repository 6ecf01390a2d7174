package io.pitlane.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * A patch: a part of an object to merge into it, or a list of JSON Patch operations (RFC 6902).
 *
 * @param source its file, for messages
 * @param target the objects to change; null for the object that the part names
 */
record Patch(String source, JsonNode node, Kustomization.Target target) {

    boolean isOperations() {
        return node.isArray();
    }

    /** The part to merge, as an object with the changed fields only. */
    Manifest part() {
        return new Manifest(source, node);
    }

    boolean appliesTo(Manifest manifest) {
        if (target == null) {
            return !isOperations()
                    && part().type().equals(manifest.type())
                    && part().name().equals(manifest.name());
        }
        return matches(target.kind(), manifest.kind())
                && matches(target.name(), manifest.name())
                && (target.group() == null || manifest.type().startsWith(target.group() + "/"))
                && (target.labelSelector() == null || isLabelled(manifest));
    }

    private static boolean matches(String wanted, String actual) {
        return Optional.ofNullable(wanted).orElse(actual).equals(actual);
    }

    private boolean isLabelled(Manifest manifest) {
        var label = target.labelSelector().split("=", 2);
        return manifest.label(label[0]).equals(label[1]);
    }

    @Override
    public String toString() {
        return "patch " + source;
    }
}
