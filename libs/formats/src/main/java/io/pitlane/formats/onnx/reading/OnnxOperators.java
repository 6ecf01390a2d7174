package io.pitlane.formats.onnx.reading;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The one table of ONNX operators that are read. */
final class OnnxOperators {
    private static final Map<String, OperatorConverter> TABLE = new LinkedHashMap<>();

    static {
        add("Conv", ConvolutionReading::convolution);
        add("ConvTranspose", ConvolutionReading::transposed);
        add("Gemm", MatrixReading::gemm);
        add("MatMul", MatrixReading::matMul);
        add("Einsum", MatrixReading::einsum);

        add("BatchNormalization", NormalizationReading::batch);
        add("InstanceNormalization", NormalizationReading::instance);
        add("LayerNormalization", NormalizationReading::layer);
        add("LRN", NormalizationReading::acrossChannels);
        add("Softmax", NormalizationReading::softmax);
        add("LogSoftmax", NormalizationReading::softmax);

        add("MaxPool", PoolingReading::max);
        add("AveragePool", PoolingReading::average);
        add("GlobalAveragePool", PoolingReading.global("Mean"));
        add("GlobalMaxPool", PoolingReading.global("Max"));

        for (var sameName :
                List.of(
                        "Relu",
                        "Sigmoid",
                        "Tanh",
                        "Softplus",
                        "Softsign",
                        "Abs",
                        "Neg",
                        "Exp",
                        "Log",
                        "Sqrt",
                        "Reciprocal",
                        "Floor",
                        "Ceil",
                        "Round",
                        "Sign",
                        "Erf",
                        "Sin",
                        "Cos",
                        "Tan",
                        "Asin",
                        "Acos",
                        "Atan",
                        "Sinh",
                        "Cosh",
                        "Asinh",
                        "Acosh",
                        "Atanh")) {
            add(sameName, ElementwiseReading.unary(sameName));
        }
        add("Not", ElementwiseReading.unary("LogicalNot"));
        add("IsNaN", ElementwiseReading.unary("IsNan"));
        add("LeakyRelu", ActivationReading::leakyRelu);
        add("Elu", ActivationReading::elu);
        add("Selu", ActivationReading::selu);
        add("PRelu", ActivationReading::pRelu);
        add("Clip", ActivationReading::clip);
        add("HardSigmoid", ActivationReading::hardSigmoid);
        add("HardSwish", ActivationReading::hardSwish);
        add("Gelu", ActivationReading::gelu);
        add("Mish", ActivationReading::mish);
        add("Swish", ActivationReading::swish);
        add("Cast", ElementwiseReading::cast);
        add("Identity", ElementwiseReading::identity);
        add("Dropout", ElementwiseReading::dropout);

        add("Add", ElementwiseReading.binary("AddV2"));
        add("Sub", ElementwiseReading.binary("Sub"));
        add("Mul", ElementwiseReading.binary("Mul"));
        add("Div", ElementwiseReading::divide);
        add("Pow", ElementwiseReading.binary("Pow"));
        add("Mod", ElementwiseReading::modulo);
        add("Sum", ElementwiseReading.chained("AddV2"));
        add("Max", ElementwiseReading.chained("Maximum"));
        add("Min", ElementwiseReading.chained("Minimum"));
        add("Mean", ElementwiseReading::mean);
        add("Equal", ElementwiseReading.binary("Equal"));
        add("Greater", ElementwiseReading.binary("Greater"));
        add("GreaterOrEqual", ElementwiseReading.binary("GreaterEqual"));
        add("Less", ElementwiseReading.binary("Less"));
        add("LessOrEqual", ElementwiseReading.binary("LessEqual"));
        add("And", ElementwiseReading.binary("LogicalAnd"));
        add("Or", ElementwiseReading.binary("LogicalOr"));
        add("Xor", ElementwiseReading.binary("NotEqual"));
        add("Where", ElementwiseReading::where);

        add("ReduceMean", ReductionReading.as("Mean"));
        add("ReduceSum", ReductionReading.as("Sum"));
        add("ReduceMax", ReductionReading.as("Max"));
        add("ReduceMin", ReductionReading.as("Min"));
        add("ReduceProd", ReductionReading.as("Prod"));
        add("ReduceL1", reduction("Abs", "Sum", null));
        add("ReduceL2", reduction("Square", "Sum", "Sqrt"));
        add("ReduceSumSquare", reduction("Square", "Sum", null));
        add("ReduceLogSum", reduction(null, "Sum", "Log"));
        add("ReduceLogSumExp", reduction("Exp", "Sum", "Log"));
        add("CumSum", ReductionReading::cumulativeSum);
        add("ArgMax", ReductionReading.index("ArgMax"));
        add("ArgMin", ReductionReading.index("ArgMin"));

        add("Reshape", ReshapingReading::reshape);
        add("Flatten", ReshapingReading::flatten);
        add("Squeeze", ReshapingReading::squeeze);
        add("Unsqueeze", ReshapingReading::unsqueeze);
        add("Transpose", ReshapingReading::transpose);
        add("Expand", ReshapingReading::expand);
        add("Tile", ReshapingReading::tile);
        add("Shape", ReshapingReading::shape);
        add("DepthToSpace", BlockReading::depthToSpace);
        add("SpaceToDepth", BlockReading::spaceToDepth);
        add("Pad", PaddingReading::pad);
        add("Resize", ResizeReading::resize);
        add("Upsample", ResizeReading::resize);
        add("Slice", SlicingReading::slice);
        add("Gather", SlicingReading::gather);
        add("GatherND", SlicingReading::gatherNd);
        add("TopK", SlicingReading::topK);
        add("Concat", SlicingReading::concat);
        add("Split", SlicingReading::split);

        add("QuantizeLinear", QuantizationReading::quantize);
        add("DequantizeLinear", QuantizationReading::dequantize);

        add("Constant", ConstantReading::given);
        add("ConstantOfShape", ConstantReading::filled);
    }

    private OnnxOperators() {}

    private static OperatorConverter reduction(String before, String type, String after) {
        return ReductionReading.of(
                before == null ? (node, x) -> x : ReductionReading.each(before),
                type,
                after == null ? (node, x) -> x : ReductionReading.each(after));
    }

    /** What converts an operator, if it is read. */
    static Optional<OperatorConverter> of(String type) {
        return Optional.ofNullable(TABLE.get(type));
    }

    /** The operators of the table. */
    static Collection<String> names() {
        return List.copyOf(TABLE.keySet());
    }

    private static void add(String type, OperatorConverter converter) {
        if (TABLE.put(type, converter) != null) {
            throw new IllegalStateException(type + " is in the table twice");
        }
    }
}
