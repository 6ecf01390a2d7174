package io.pitlane.engines;

import static io.pitlane.contract.failure.FailureException.invalidInput;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteTensor;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_Dim;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_GetCode;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_GraphOperationByName;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_Message;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_NumDims;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_OK;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SessionRun;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorByteSize;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorData;

import ai.djl.tensorflow.engine.SavedModelBundle;
import io.pitlane.graph.FloatTensor;
import io.pitlane.graph.GraphSignature;
import io.pitlane.graph.GraphSignature.Port;
import io.pitlane.graph.runtime.Outputs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerPointer;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Operation;
import org.tensorflow.internal.c_api.TF_Output;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.TF_Tensor;
import org.tensorflow.proto.DataType;

/**
 * The native arguments of a call of a session, {@code TF_SessionRun}: made once for a model, and
 * the inputs' tensors once for images of one shape.
 *
 * <p>Not thread-safe. Holds native memory; the session and its graph belong to another.
 */
final class SessionCall implements AutoCloseable {
    private static final Map<DataType, ElementType> TYPES =
            Stream.of(ElementType.values())
                    .collect(Collectors.toUnmodifiableMap(ElementType::dataType, type -> type));

    private final TF_Session session;
    private final Map<String, Input> inputs = new LinkedHashMap<>();
    private final List<Port> outputs;
    private final TF_Output inputPorts;
    private final TF_Output outputPorts;
    private final PointerPointer<TF_Tensor> inputTensors;
    private final PointerPointer<TF_Tensor> outputTensors;
    private final TF_Status status = TF_Status.newStatus();

    private SessionCall(SavedModelBundle bundle, List<Port> inputs, List<Port> outputs) {
        this.session = bundle.getSession();
        this.outputs = outputs;
        this.inputPorts = ports(bundle.getGraph(), inputs);
        this.outputPorts = ports(bundle.getGraph(), outputs);
        this.inputTensors = new PointerPointer<>(inputs.size());
        this.outputTensors = new PointerPointer<>(outputs.size());
        for (var port : inputs) {
            this.inputs.put(port.name(), new Input(this.inputs.size(), TYPES.get(port.dtype())));
        }
    }

    /**
     * A call that feeds every input of a signature and fetches every numeric output.
     *
     * @param folder the SavedModel's, for messages
     * @throws io.pitlane.contract.failure.FailureException INVALID_INPUT when an input is of a type
     *     that cannot be fed
     */
    static SessionCall of(SavedModelBundle bundle, GraphSignature signature, Path folder) {
        for (var port : signature.inputs()) {
            if (!TYPES.containsKey(port.dtype())) {
                throw invalidInput(
                        "Input '%s' of the model in %s is of type %s, which cannot be fed."
                                .formatted(port.name(), folder, port.dtype()),
                        "Export the model with inputs of float, integers or booleans.");
            }
        }
        var outputs =
                signature.outputs().stream()
                        .filter(port -> TYPES.containsKey(port.dtype()))
                        .toList();
        return new SessionCall(bundle, signature.inputs(), outputs);
    }

    private static TF_Output ports(TF_Graph graph, List<Port> ports) {
        var array = new TF_Output(ports.size());
        for (int i = 0; i < ports.size(); i++) {
            var tensor = ports.get(i).tensor();
            var operation = TF_GraphOperationByName(graph, tensor.node());
            array.getPointer(i).oper(operation).index(tensor.index());
        }
        return array;
    }

    /** Makes the tensor of an input, and fills it. */
    void allocate(String name, FloatTensor values) {
        var input = inputs.get(name);
        input.allocate(values);
        inputTensors.put(input.position, input.tensor);
    }

    /** Fills the tensor of an input with as many values as it was made for. */
    void write(String name, float[] values) {
        inputs.get(name).write(values);
    }

    /**
     * Runs the session.
     *
     * @throws IllegalStateException when it fails
     */
    Outputs run() {
        TF_SessionRun(
                session,
                null,
                inputPorts,
                inputTensors,
                inputs.size(),
                outputPorts,
                outputTensors,
                outputs.size(),
                (PointerPointer<TF_Operation>) null,
                0,
                (TF_Buffer) null,
                status);
        if (TF_GetCode(status) != TF_OK) {
            throw new IllegalStateException(
                    "TensorFlow could not run the model: " + TF_Message(status).getString());
        }
        var byName = new HashMap<String, FloatTensor>();
        for (int i = 0; i < outputs.size(); i++) {
            var tensor = outputTensors.get(TF_Tensor.class, i);
            byName.put(outputs.get(i).name(), copy(tensor, TYPES.get(outputs.get(i).dtype())));
            TF_DeleteTensor(tensor);
        }
        return new Outputs(byName);
    }

    private static FloatTensor copy(TF_Tensor tensor, ElementType type) {
        var shape = new long[TF_NumDims(tensor)];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = TF_Dim(tensor, i);
        }
        var memory = memory(tensor);
        var values = new float[memory.capacity() / type.bytes()];
        type.read(memory, values);
        return new FloatTensor(values, shape);
    }

    private static ByteBuffer memory(TF_Tensor tensor) {
        long bytes = TF_TensorByteSize(tensor);
        return bytes == 0
                ? ByteBuffer.allocate(0)
                : TF_TensorData(tensor)
                        .capacity(bytes)
                        .asByteBuffer()
                        .order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() {
        inputs.values().forEach(Input::release);
        inputPorts.deallocate();
        outputPorts.deallocate();
        inputTensors.deallocate();
        outputTensors.deallocate();
        status.deallocate();
    }

    /** The tensor of an input, which TensorFlow reads in place. */
    private static final class Input {
        private final int position;
        private final ElementType type;
        private TF_Tensor tensor;
        private ByteBuffer memory;

        Input(int position, ElementType type) {
            this.position = position;
            this.type = type;
        }

        void allocate(FloatTensor values) {
            release();
            long bytes = (long) values.values().length * type.bytes();
            tensor = TF_Tensor.allocateTensor(type.dataType().getNumber(), values.shape(), bytes);
            memory = SessionCall.memory(tensor);
            write(values.values());
        }

        void write(float[] values) {
            type.write(values, memory);
        }

        void release() {
            if (tensor != null) {
                tensor.deallocate();
                tensor = null;
            }
        }
    }
}
