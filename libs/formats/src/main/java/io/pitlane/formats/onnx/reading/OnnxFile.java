package io.pitlane.formats.onnx.reading;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An ONNX model as it is on disk.
 *
 * @param path the file
 * @param graph its graph
 * @param opset version of the default operator set
 */
record OnnxFile(Path path, OnnxMl.GraphProto graph, int opset) {
    /** Names of the default operator set. */
    static final Set<String> DEFAULT_DOMAIN = Set.of("", "ai.onnx");

    static final int OLDEST_OPSET = 6;
    static final int NEWEST_OPSET = 28;

    /**
     * Parses a file, without reading constants from other files.
     *
     * @throws FailureException INVALID_INPUT when it is no ONNX model, or of an operator set that
     *     is not known
     */
    static OnnxFile parse(Path file) {
        var model = model(file);
        if (!model.hasGraph() || model.getGraph().getOutputCount() == 0) {
            throw FailureException.invalidInput(
                    file + " is no ONNX model: it holds no graph with an output.",
                    "Export or copy the model again.");
        }
        long opset =
                model.getOpsetImportList().stream()
                        .filter(set -> DEFAULT_DOMAIN.contains(set.getDomain()))
                        .mapToLong(OnnxMl.OperatorSetIdProto::getVersion)
                        .max()
                        .orElse(1);
        if (opset < OLDEST_OPSET || opset > NEWEST_OPSET) {
            throw FailureException.invalidInput(
                    "%s is of ONNX operator set %d; %d to %d are supported."
                            .formatted(file, opset, OLDEST_OPSET, NEWEST_OPSET),
                    "Export it again, for PyTorch with torch.onnx.export(..., opset_version=18).");
        }
        return new OnnxFile(file, model.getGraph(), (int) opset);
    }

    private static OnnxMl.ModelProto model(Path file) {
        try (var bytes = Files.newInputStream(file)) {
            var coded = CodedInputStream.newInstance(bytes);
            coded.setSizeLimit(Integer.MAX_VALUE);
            var model = OnnxMl.ModelProto.parseFrom(coded);
            coded.checkLastTagWas(0);
            return model;
        } catch (InvalidProtocolBufferException e) {
            throw new FailureException(
                    Failure.Kind.INVALID_INPUT,
                    file + " is damaged or cut short: it does not parse as an ONNX model.",
                    "Export or copy the model again.",
                    e);
        } catch (IOException e) {
            throw new FailureException(
                    Failure.Kind.INVALID_INPUT,
                    file + " cannot be read: " + e.getMessage() + ".",
                    "Check the file's permissions.",
                    e);
        }
    }

    /** Inputs that are fed: all but those that only declare a constant. */
    List<OnnxMl.ValueInfoProto> inputs() {
        var constants = new HashSet<String>();
        graph.getInitializerList().forEach(tensor -> constants.add(tensor.getName()));
        return graph.getInputList().stream()
                .filter(input -> !constants.contains(input.getName()))
                .toList();
    }

    /**
     * The nodes that the outputs need, each behind those that it reads.
     *
     * @throws FailureException INVALID_INPUT when a tensor is made twice, or a node reads one that
     *     no node before it makes
     */
    List<OnnxMl.NodeProto> nodes() {
        var makers = new HashMap<String, Integer>();
        for (int i = 0; i < graph.getNodeCount(); i++) {
            for (var output : graph.getNode(i).getOutputList()) {
                if (!output.isEmpty() && makers.put(output, i) != null) {
                    throw damaged("two nodes make the tensor '" + output + "'");
                }
            }
        }
        var needed = needed(makers);
        requireOrder(needed, makers);
        var nodes = new ArrayList<OnnxMl.NodeProto>();
        for (int i = 0; i < graph.getNodeCount(); i++) {
            if (needed.contains(i)) {
                nodes.add(graph.getNode(i));
            }
        }
        return nodes;
    }

    private Set<Integer> needed(Map<String, Integer> makers) {
        var needed = new HashSet<Integer>();
        var pending = new ArrayDeque<String>();
        graph.getOutputList().forEach(output -> pending.add(output.getName()));
        while (!pending.isEmpty()) {
            var maker = makers.get(pending.pop());
            if (maker != null && needed.add(maker)) {
                pending.addAll(graph.getNode(maker).getInputList());
            }
        }
        return needed;
    }

    private void requireOrder(Collection<Integer> needed, Map<String, Integer> makers) {
        var given = new HashSet<String>(List.of(""));
        graph.getInputList().forEach(input -> given.add(input.getName()));
        graph.getInitializerList().forEach(tensor -> given.add(tensor.getName()));
        for (int i : needed) {
            for (var input : graph.getNode(i).getInputList()) {
                if (!given.contains(input) && makers.getOrDefault(input, i) >= i) {
                    throw damaged(
                            "the node '%s' (%s) reads '%s', which nothing before it makes"
                                    .formatted(
                                            nameOf(graph.getNode(i)),
                                            graph.getNode(i).getOpType(),
                                            input));
                }
            }
        }
    }

    /** The name of a node, or of its first output where it has none. */
    static String nameOf(OnnxMl.NodeProto node) {
        return node.getName().isEmpty() && node.getOutputCount() > 0
                ? node.getOutput(0)
                : node.getName();
    }

    /** The failure of a model that is not sound. */
    FailureException damaged(String what) {
        return FailureException.invalidInput(
                path + " is not a sound ONNX model: " + what + ".",
                "Export the model again, and check it with onnx.checker.check_model.");
    }
}
