package io.pitlane.graph.pass;

import static io.pitlane.contract.failure.FailureException.invalidInput;

import io.pitlane.graph.FlatGraph;
import io.pitlane.graph.GraphEditor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.InferredShapes;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.tensorflow.ndarray.Shape;

/**
 * Gives a model the signature of another, which it replaces: both must have the same inputs and
 * outputs of the same sizes.
 */
public final class SignatureAdapter {
    private final FlatGraph model;
    private final FlatGraph replaced;
    private final String what;
    private final InferredShapes shapes;
    private final InferredShapes wanted;

    private SignatureAdapter(FlatGraph model, FlatGraph replaced, String what) {
        this.model = model;
        this.replaced = replaced;
        this.what = what;
        this.shapes = InferredShapes.of(model);
        this.wanted = InferredShapes.of(replaced);
    }

    /**
     * The model with the signature of the one it replaces. Inputs and outputs are matched by name;
     * a single one matches a single one whatever its name.
     *
     * @param what the model's name in errors, as {@code the student models/small}
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT naming the input or output
     *     that does not fit
     */
    public static FlatGraph of(FlatGraph model, FlatGraph replaced, String what) {
        return new SignatureAdapter(model, replaced, what).build();
    }

    private enum Kind {
        INPUT,
        OUTPUT;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Dimensions of 1 behind the batch do not count in an output. */
        long[] compared(Shape shape) {
            long[] sizes = shape.asArray();
            return this == INPUT
                    ? sizes
                    : LongStream.concat(
                                    Arrays.stream(sizes).limit(1),
                                    Arrays.stream(sizes).skip(1).filter(size -> size != 1))
                            .toArray();
        }

        boolean areCompatible(Shape left, Shape right) {
            if (left.isUnknown() || right.isUnknown()) {
                return true;
            }
            long[] a = compared(left);
            long[] b = compared(right);
            return a.length == b.length
                    && IntStream.range(0, a.length)
                            .allMatch(i -> a[i] == b[i] || a[i] < 0 || b[i] < 0);
        }
    }

    private FlatGraph build() {
        var own = model.signature();
        var other = replaced.signature();
        var inputs = matched(Kind.INPUT, own.inputs(), other.inputs());
        var outputs = matched(Kind.OUTPUT, own.outputs(), other.outputs());
        var signature = new GraphSignature(other.key(), inputs, outputs);
        return GraphEditor.of(model.nodes(), signature, model.toGraphDef().getVersions()).build();
    }

    private List<GraphSignature.Port> matched(
            Kind kind, List<GraphSignature.Port> own, List<GraphSignature.Port> other) {
        return other.stream().map(port -> match(kind, port, own, other.size() == 1)).toList();
    }

    private GraphSignature.Port match(
            Kind kind,
            GraphSignature.Port wantedPort,
            List<GraphSignature.Port> own,
            boolean single) {
        var found =
                own.stream()
                        .filter(port -> port.name().equals(wantedPort.name()))
                        .findFirst()
                        .orElseGet(() -> single && own.size() == 1 ? own.get(0) : null);
        if (found == null) {
            throw invalidInput(
                    "%s has no %s '%s', which the model in its place has; it has %s."
                            .formatted(what, kind, wantedPort.name(), names(own)),
                    "Name a model with the same inputs and outputs.");
        }
        requireFits(kind, wantedPort, found);
        return new GraphSignature.Port(
                wantedPort.name(), found.tensor(), found.dtype(), found.shape());
    }

    private void requireFits(Kind kind, GraphSignature.Port wantedPort, GraphSignature.Port found) {
        var own = shapes.of(found.tensor());
        var other = wanted.of(wantedPort.tensor());
        if (found.dtype() != wantedPort.dtype() || !kind.areCompatible(own, other)) {
            throw invalidInput(
                    "%s has the %s '%s' of %s %s, where %s %s is needed."
                            .formatted(
                                    what,
                                    kind,
                                    found.name(),
                                    found.dtype(),
                                    own,
                                    wantedPort.dtype(),
                                    other),
                    "Name a model with the same inputs and outputs.");
        }
    }

    private static String names(List<GraphSignature.Port> ports) {
        return ports.stream()
                .map(port -> "'" + port.name() + "'")
                .collect(Collectors.joining(", "));
    }
}
