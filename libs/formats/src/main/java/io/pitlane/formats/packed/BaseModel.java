package io.pitlane.formats.packed;

import io.pitlane.graph.FlatGraph;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/**
 * The model that another is packed relative to.
 *
 * @param digest SHA-256 of its content; empty where there is no base
 * @param structure its graph, as bytes that the other's graph is compared with
 * @param constants its large constants by name
 */
record BaseModel(byte[] digest, byte[] structure, Map<String, NodeDef> constants) {
    /** No base. */
    static final BaseModel NONE = new BaseModel(new byte[0], new byte[0], Map.of());

    static BaseModel of(FlatGraph graph) {
        var content = ModelContent.of(graph);
        var structure = content.structureBytes();
        var constants = new HashMap<String, NodeDef>();
        content.constants().forEach(c -> constants.put(c.definition().getName(), c.definition()));
        return new BaseModel(content.digest(structure), structure, constants);
    }

    /** The constant of the same name, type and shape. */
    Optional<NodeDef> like(NodeDef constant) {
        var tensor = ModelContent.tensor(constant);
        return Optional.ofNullable(constants.get(constant.getName()))
                .filter(
                        base -> {
                            var other = ModelContent.tensor(base);
                            return other.getDtype() == tensor.getDtype()
                                    && other.getTensorShape().equals(tensor.getTensorShape());
                        });
    }
}
