package io.pitlane.graph;

import com.google.protobuf.ByteString;
import org.tensorflow.Tensor;
import org.tensorflow.proto.TensorProto;

/** Copies a tensor, of any type but strings, into a proto. */
public final class TensorProtos {
    private TensorProtos() {}

    /** The tensor's values as bytes in memory order. */
    public static TensorProto of(Tensor tensor) {
        var bytes = new byte[Math.toIntExact(tensor.numBytes())];
        tensor.asRawTensor().data().read(bytes);
        return TensorProto.newBuilder()
                .setDtype(tensor.dataType())
                .setTensorShape(NodeBuilder.shapeProto(tensor.shape().asArray()))
                .setTensorContent(ByteString.copyFrom(bytes))
                .build();
    }
}
