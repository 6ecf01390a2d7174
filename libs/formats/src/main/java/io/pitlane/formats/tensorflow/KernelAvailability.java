package io.pitlane.formats.tensorflow;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteBuffer;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_GetAllRegisteredKernels;

import com.google.protobuf.InvalidProtocolBufferException;
import io.pitlane.contract.failure.Failure;
import io.pitlane.contract.failure.FailureException;
import io.pitlane.graph.natives.TensorFlowRuntime;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.proto.KernelDef;
import org.tensorflow.proto.KernelList;

/** Checks that this machine's TensorFlow has the int8 kernels; only oneDNN builds have them. */
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

    /**
     * Checks that an int8 graph can run on this machine.
     *
     * @throws FailureException UNSUPPORTED_MACHINE naming the missing kernels
     */
    public static void requireRegistered() {
        requireAll(registeredOnCpu());
    }

    /** Checks that these kernels suffice. */
    static void requireAll(Set<String> registered) {
        var missing = new TreeSet<>(REQUIRED);
        missing.removeAll(registered);
        if (!missing.isEmpty()) {
            throw new FailureException(
                    Failure.Kind.UNSUPPORTED_MACHINE,
                    "TensorFlow on this machine has no int8 kernel for "
                            + String.join(", ", missing),
                    "Run bench on x86-64 with a oneDNN build of TensorFlow, or remove the step 'quantize'.");
        }
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
