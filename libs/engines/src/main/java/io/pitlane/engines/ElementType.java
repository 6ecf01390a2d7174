package io.pitlane.engines;

import java.nio.ByteBuffer;
import org.tensorflow.proto.DataType;

/** The element types of the tensors that engines take and return. */
enum ElementType {
    FLOAT32(DataType.DT_FLOAT, Float.BYTES) {
        @Override
        void write(float[] values, ByteBuffer target) {
            target.asFloatBuffer().put(values);
        }

        @Override
        void read(ByteBuffer source, float[] values) {
            source.asFloatBuffer().get(values);
        }
    },
    FLOAT64(DataType.DT_DOUBLE, Double.BYTES) {
        @Override
        void write(float[] values, ByteBuffer target) {
            for (int i = 0; i < values.length; i++) {
                target.putDouble(i * Double.BYTES, values[i]);
            }
        }

        @Override
        void read(ByteBuffer source, float[] values) {
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) source.getDouble(i * Double.BYTES);
            }
        }
    },
    INT32(DataType.DT_INT32, Integer.BYTES) {
        @Override
        void write(float[] values, ByteBuffer target) {
            for (int i = 0; i < values.length; i++) {
                target.putInt(i * Integer.BYTES, Math.round(values[i]));
            }
        }

        @Override
        void read(ByteBuffer source, float[] values) {
            for (int i = 0; i < values.length; i++) {
                values[i] = source.getInt(i * Integer.BYTES);
            }
        }
    },
    INT64(DataType.DT_INT64, Long.BYTES) {
        @Override
        void write(float[] values, ByteBuffer target) {
            for (int i = 0; i < values.length; i++) {
                target.putLong(i * Long.BYTES, Math.round((double) values[i]));
            }
        }

        @Override
        void read(ByteBuffer source, float[] values) {
            for (int i = 0; i < values.length; i++) {
                values[i] = source.getLong(i * Long.BYTES);
            }
        }
    },
    UINT8(DataType.DT_UINT8, Byte.BYTES) {
        @Override
        void write(float[] values, ByteBuffer target) {
            for (int i = 0; i < values.length; i++) {
                target.put(i, (byte) Math.max(0, Math.min(255, (int) Math.rint(values[i]))));
            }
        }

        @Override
        void read(ByteBuffer source, float[] values) {
            for (int i = 0; i < values.length; i++) {
                values[i] = source.get(i) & 0xff;
            }
        }
    },
    INT8(DataType.DT_INT8, Byte.BYTES) {
        @Override
        void write(float[] values, ByteBuffer target) {
            for (int i = 0; i < values.length; i++) {
                target.put(i, (byte) Math.max(-128, Math.min(127, (int) Math.rint(values[i]))));
            }
        }

        @Override
        void read(ByteBuffer source, float[] values) {
            for (int i = 0; i < values.length; i++) {
                values[i] = source.get(i);
            }
        }
    },
    BOOL(DataType.DT_BOOL, Byte.BYTES) {
        @Override
        void write(float[] values, ByteBuffer target) {
            for (int i = 0; i < values.length; i++) {
                target.put(i, (byte) (values[i] == 0 ? 0 : 1));
            }
        }

        @Override
        void read(ByteBuffer source, float[] values) {
            for (int i = 0; i < values.length; i++) {
                values[i] = source.get(i);
            }
        }
    };

    private final DataType dataType;
    private final int bytes;

    ElementType(DataType dataType, int bytes) {
        this.dataType = dataType;
        this.bytes = bytes;
    }

    /** The type in a signature. */
    DataType dataType() {
        return dataType;
    }

    /** Bytes of one element. */
    int bytes() {
        return bytes;
    }

    /**
     * Writes values from the start of a buffer; integers are rounded and limited to their range.
     *
     * @param target in native byte order, of exactly this size
     */
    abstract void write(float[] values, ByteBuffer target);

    /** Reads as many values as the array has, from the start of a buffer in native byte order. */
    abstract void read(ByteBuffer source, float[] values);
}
