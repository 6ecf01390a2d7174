package io.pitlane.model.runtime;

import io.pitlane.model.graph.FloatTensor;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/** Moves float32 values between Java arrays and TensorFlow's own memory. */
public final class Tensors {
    private Tensors() {}

    /** A copy in TensorFlow's memory; the caller closes it. */
    public static TFloat32 toNative(FloatTensor tensor) {
        return TFloat32.tensorOf(
                Shape.of(tensor.shape()), DataBuffers.of(tensor.values(), true, false));
    }

    /**
     * A copy in Java's memory.
     *
     * @throws IllegalArgumentException when the tensor is not of float32
     */
    public static FloatTensor toJava(Tensor tensor) {
        if (!(tensor instanceof TFloat32 floats)) {
            throw new IllegalArgumentException("expected float32, but got " + tensor.dataType());
        }
        var values = new float[Math.toIntExact(floats.size())];
        floats.asRawTensor().data().asFloats().read(values);
        return new FloatTensor(values, floats.shape().asArray());
    }
}
