package io.pitlane.graph.savedmodel.inlining;

import java.util.Map;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;

/**
 * The values that a call gives to the attributes of the function's body.
 *
 * @param values by the names of the function's attributes
 */
record AttributeBindings(Map<String, AttrValue> values) {

    /** An attribute's value; for a placeholder, the value that the call gives. */
    AttrValue resolve(AttrValue value) {
        return values.getOrDefault(value.getPlaceholder(), value);
    }

    /** The function that an attribute of a node names. */
    NameAttrList function(NodeDef node, String attribute) {
        return resolve(node.getAttrOrThrow(attribute)).getFunc();
    }
}
