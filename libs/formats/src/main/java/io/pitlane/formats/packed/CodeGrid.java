package io.pitlane.formats.packed;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.pitlane.graph.FloatTensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.IntFunction;

/** How integer codes stand for the float32 values of a tensor. */
sealed interface CodeGrid {
    /** The largest magnitude of a code. */
    int LARGEST = (1 << 19) - 1;

    /** The value of a code in a channel. */
    float value(int code, int channel);

    /** The code whose value is nearest; of a value that is on the grid, its own. */
    int code(float value, int channel);

    /** Which channel an element is in. */
    int channel(int index);

    /** Whether the codes of all values give the values bit for bit, but for the sign of zeros. */
    default boolean holds(float[] values) {
        for (int i = 0; i < values.length; i++) {
            int code = code(values[i], channel(i));
            boolean exact =
                    code == 0 && values[i] == 0
                            || Float.floatToRawIntBits(value(code, channel(i)))
                                    == Float.floatToRawIntBits(values[i]);
            if (!exact || Math.abs(code) > LARGEST) {
                return false;
            }
        }
        return true;
    }

    /** The codes of a tensor. */
    default int[] codes(float[] values) {
        var codes = new int[values.length];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = code(values[i], channel(i));
        }
        return codes;
    }

    /** The values of codes. */
    default float[] values(int[] codes) {
        var values = new float[codes.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(codes[i], channel(i));
        }
        return values;
    }

    /** Writes what {@link #read} reads. */
    void write(CodedOutputStream out) throws IOException;

    /**
     * Reads a grid.
     *
     * @param shape of the tensor
     * @param constants the float32 constants of the graph, by the index of their node
     */
    static CodeGrid read(CodedInputStream in, long[] shape, IntFunction<FloatTensor> constants)
            throws IOException {
        int kind = in.readUInt32();
        return switch (kind) {
            case LimitGrid.KIND -> LimitGrid.read(in, shape, constants);
            case StepGrid.KIND -> new StepGrid(in.readDouble());
            case TableGrid.KIND -> TableGrid.read(in);
            default -> throw new IOException("no grid of kind " + kind + " is known");
        };
    }

    /**
     * Multiples of a step for each channel that is a limit over the highest code.
     *
     * @param node index of the node that holds the limits
     * @param limits what the highest code stands for: one, or one a channel
     * @param inner elements from one channel to the next
     */
    record LimitGrid(int node, float[] limits, int highest, int axis, int inner)
            implements CodeGrid {
        static final int KIND = 1;

        /** The grid of a tensor of this shape; an axis of -1 for one limit. */
        static LimitGrid of(int node, float[] limits, int highest, int axis, long[] shape) {
            int inner = 1;
            for (int after = axis + 1; after < shape.length; after++) {
                inner *= (int) shape[after];
            }
            return new LimitGrid(node, limits, highest, axis, inner);
        }

        static LimitGrid read(CodedInputStream in, long[] shape, IntFunction<FloatTensor> constants)
                throws IOException {
            int node = in.readUInt32();
            int highest = in.readUInt32();
            int axis = in.readUInt32() - 1;
            var limits = constants.apply(node).values();
            boolean fits =
                    axis < 0
                            ? limits.length == 1
                            : axis < shape.length && limits.length == shape[axis];
            if (!fits || highest < 1) {
                throw new IOException(limits.length + " limits do not fit the tensor");
            }
            return of(node, limits, highest, axis, shape);
        }

        @Override
        public float value(int code, int channel) {
            return (float) (scale(channel) * code);
        }

        @Override
        public int code(float value, int channel) {
            double code = Math.rint(value / scale(channel));
            return (int) Math.max(-highest, Math.min(highest, code));
        }

        private double scale(int channel) {
            return (double) limits[channel] / highest;
        }

        @Override
        public int channel(int index) {
            return axis < 0 ? 0 : index / inner % limits.length;
        }

        @Override
        public void write(CodedOutputStream out) throws IOException {
            out.writeUInt32NoTag(KIND);
            out.writeUInt32NoTag(node);
            out.writeUInt32NoTag(highest);
            out.writeUInt32NoTag(axis + 1);
        }
    }

    /**
     * Multiples of one step.
     *
     * @param step the value of code 1
     */
    record StepGrid(double step) implements CodeGrid {
        static final int KIND = 2;

        @Override
        public float value(int code, int channel) {
            return (float) (step * code);
        }

        @Override
        public int code(float value, int channel) {
            double code = Math.rint(value / step);
            return (int) Math.max(Integer.MIN_VALUE + 1, Math.min(Integer.MAX_VALUE, code));
        }

        @Override
        public int channel(int index) {
            return 0;
        }

        @Override
        public void write(CodedOutputStream out) throws IOException {
            out.writeUInt32NoTag(KIND);
            out.writeDoubleNoTag(step);
        }
    }

    /**
     * Any values, in ascending order; codes count from the one nearest to 0.
     *
     * @param table the values
     * @param zero index of code 0
     */
    record TableGrid(float[] table, int zero) implements CodeGrid {
        static final int KIND = 3;

        /** The largest table. */
        static final int MOST = 1024;

        static TableGrid read(CodedInputStream in) throws IOException {
            int size = in.readUInt32();
            int zero = in.readUInt32();
            if (size < 1 || size > MOST || zero < 0 || zero >= size) {
                throw new IOException("a table of " + size + " values");
            }
            var table = new float[size];
            for (int i = 0; i < size; i++) {
                table[i] = in.readFloat();
            }
            return new TableGrid(table, zero);
        }

        @Override
        public float value(int code, int channel) {
            return table[Math.max(0, Math.min(table.length - 1, code + zero))];
        }

        @Override
        public int code(float value, int channel) {
            int found = Arrays.binarySearch(table, value);
            if (found >= 0) {
                return found - zero;
            }
            int above = Math.min(table.length - 1, -found - 1);
            int below = Math.max(0, above - 1);
            int nearest = value - table[below] <= table[above] - value ? below : above;
            return nearest - zero;
        }

        @Override
        public int channel(int index) {
            return 0;
        }

        @Override
        public void write(CodedOutputStream out) throws IOException {
            out.writeUInt32NoTag(KIND);
            out.writeUInt32NoTag(table.length);
            out.writeUInt32NoTag(zero);
            for (float value : table) {
                out.writeFloatNoTag(value);
            }
        }
    }
}
