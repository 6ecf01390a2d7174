package io.pitlane.bench;

import io.pitlane.formats.export.Precision;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature.Port;
import java.util.Arrays;
import org.tensorflow.proto.DataType;

/**
 * How far an output is from what it should be, over several batches. Of floats: the relative L2
 * error, which is the L2 norm of the difference over that of the expected values. Of integers, such
 * as classes: the share of values that differ.
 *
 * <p>A float export computes the same sums in another order. An int8 or bfloat16 export may in
 * addition round a value that lies between two steps to the other one, and the layers behind it
 * pass that on; but a wrong scale, zero point, axis or padding moves most values by many steps.
 */
final class OutputError {
    private static final double FLOAT32 = 1e-3;
    private static final double EIGHT_BITS = 0.05;
    private static final double INTEGERS = 0.01;

    private final boolean integers;
    private final double bound;
    private double error;
    private double total;

    /** The error of one output of an export. */
    OutputError(Port output, Precision precision) {
        this.integers = output.dtype() != DataType.DT_FLOAT && output.dtype() != DataType.DT_DOUBLE;
        this.bound = bound(precision);
    }

    private double bound(Precision precision) {
        return switch (precision) {
            case INT8, BFLOAT16 -> EIGHT_BITS;
            case FLOAT16, FLOAT32 -> integers ? INTEGERS : FLOAT32;
        };
    }

    /** Adds a batch; another shape than expected is an infinite error. */
    void add(FloatTensor expected, FloatTensor actual) {
        if (!Arrays.equals(expected.shape(), actual.shape())) {
            error = Double.POSITIVE_INFINITY;
            return;
        }
        for (int i = 0; i < expected.values().length; i++) {
            double wanted = expected.values()[i];
            double difference = actual.values()[i] - wanted;
            error += integers ? Math.abs(Math.signum(difference)) : difference * difference;
            total += integers ? 1 : wanted * wanted;
        }
    }

    /** The error, 0 or above; infinite where zeros alone were expected and something else came. */
    double value() {
        double ratio = error == 0 ? 0 : error / total;
        return integers ? ratio : Math.sqrt(ratio);
    }

    /** The largest error of an export that may be delivered. */
    double bound() {
        return bound;
    }

    /** Whether the export may be delivered; never with NaN. */
    boolean isWithinBound() {
        return value() <= bound;
    }
}
