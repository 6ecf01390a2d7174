package io.pitlane.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Every patch is valid and changes existing objects. */
final class PatchCheck implements ManifestCheck {

    /** A JSON Patch operation (RFC 6902); only the fields in use. */
    record Operation(String op, String path, JsonNode value) {}

    @Override
    public List<String> problems(Manifests manifests) {
        var problems = new Problems();
        for (var patch : manifests.patches()) {
            var targets = manifests.all().stream().filter(patch::appliesTo).toList();
            problems.require(!targets.isEmpty(), patch, "changes no existing object");
            if (patch.isOperations()) {
                patch.node().forEach(node -> operation(node, patch, targets, problems));
            } else {
                part(patch, problems);
            }
        }
        return problems.found();
    }

    private static void operation(
            JsonNode node, Patch patch, List<Manifest> targets, Problems problems) {
        try {
            var operation = StrictYaml.read(node, Operation.class);
            for (var target : targets) {
                problems.require(
                        isPossible(operation, target.node()),
                        patch,
                        "cannot " + operation.op() + " " + operation.path() + " of " + target);
            }
        } catch (JsonProcessingException e) {
            problems.require(false, patch, "is not valid: " + e.getOriginalMessage());
        }
    }

    private static boolean isPossible(Operation operation, JsonNode target) {
        var path = operation.path();
        var parent = target.at(path.substring(0, path.lastIndexOf('/')));
        return switch (operation.op()) {
            case "replace" -> operation.value() != null && !target.at(path).isMissingNode();
            case "remove" -> !target.at(path).isMissingNode();
            case "add" ->
                    operation.value() != null
                            && (path.endsWith("/-") ? parent.isArray() : parent.isContainerNode());
            default -> false;
        };
    }

    private static void part(Patch patch, Problems problems) {
        var node = (ObjectNode) patch.node().deepCopy();
        var deletes = node.remove("$patch");
        problems.require(
                deletes == null || deletes.asText().equals("delete"),
                patch,
                "has an unknown directive " + deletes);
        problems.require(
                (node.has("spec") || deletes != null) && !node.path("metadata").has("namespace"),
                patch,
                "changes nothing, or names a namespace");
        problems.found(SchemaCheck.problemsOfPart(new Manifest(patch.source(), node)));
    }
}
