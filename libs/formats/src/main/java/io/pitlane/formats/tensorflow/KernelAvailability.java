package io.pitlane.formats.tensorflow;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteBuffer;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_GetAllRegisteredKernels;

import com.google.protobuf.InvalidProtocolBufferException;
import io.pitlane.graph.natives.TensorFlowRuntime;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.proto.KernelDef;
import org.tensorflow.proto.KernelList;

/** Whether this machine's TensorFlow has the int8 kernels; only oneDNN builds have them. */
public final class KernelAvailability {
    private static final Set<String> REQUIRED =
            Set.of(
                    Int8ConvolutionWriter.OP,
                    Int8ConvolutionWriter.DEPTHWISE_OP,
                    Int8DenseWriter.OP,
                    "QuantizedMaxPool",
                    "QuantizedAvgPool",
                    "QuantizeV2",
                    "Dequantize");

    private KernelAvailability() {}

    /** Why an int8 graph cannot run on this machine, as the end of a sentence; empty if it can. */
    public static Optional<String> obstacle() {
        return obstacle(registeredOnCpu());
    }

    /** Why these kernels do not suffice. */
    static Optional<String> obstacle(Set<String> registered) {
        var missing = new TreeSet<>(REQUIRED);
        missing.removeAll(registered);
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "TensorFlow on this machine has no int8 kernel for %s, which its oneDNN builds for x86-64 have"
                                .formatted(String.join(", ", missing)));
    }

    private static Set<String> registeredOnCpu() {
        TensorFlowRuntime.load();
        try (var status = TF_Status.newStatus()) {
            var buffer = TF_GetAllRegisteredKernels(status);
            try {
                status.throwExceptionIfNotOK();
                return KernelList.parseFrom(buffer.dataAsByteBuffer()).getKernelList().stream()
                        .filter(kernel -> kernel.getDeviceType().equals("CPU"))
                        .map(KernelDef::getOp)
                        .collect(Collectors.toUnmodifiableSet());
            } finally {
                TF_DeleteBuffer(buffer);
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("TensorFlow's list of kernels cannot be read", e);
        }
    }
}
