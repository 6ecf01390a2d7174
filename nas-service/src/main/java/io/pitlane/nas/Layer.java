package io.pitlane.nas;

import io.pitlane.contract.step.SearchSpace.Activation;

/** One layer of a {@link Network}. A convolution has no bias; batch norm follows it. */
sealed interface Layer {

    /**
     * The shape of a feature map, for one image.
     *
     * @param height rows
     * @param width columns
     * @param channels values at each spatial position
     */
    record Shape(int height, int width, int channels) {

        /** The output shape of a kernel with this stride and padding SAME. */
        Shape strided(int stride, int newChannels) {
            return new Shape(ceilDiv(height, stride), ceilDiv(width, stride), newChannels);
        }

        private static int ceilDiv(int size, int stride) {
            return (size + stride - 1) / stride;
        }

        /** Spatial positions. */
        long area() {
            return (long) height * width;
        }
    }

    /** Its name, unique in the network. */
    String name();

    /** The shape of its output. */
    Shape output();

    /** Multiply-accumulates for one image. */
    long macs();

    /** Weights and biases, including the statistics of batch norm. */
    long parameters();

    /** A convolution and its batch norm. */
    record Convolution(
            String name, String input, int inChannels, int kernel, int stride, Shape output)
            implements Layer {
        @Override
        public long macs() {
            return output.area() * kernel * kernel * inChannels * output.channels();
        }

        @Override
        public long parameters() {
            return (long) kernel * kernel * inChannels * output.channels()
                    + BATCH_NORM * output.channels();
        }
    }

    /** A depthwise convolution, one filter per channel, and its batch norm. */
    record Depthwise(String name, String input, int kernel, int stride, Shape output)
            implements Layer {
        @Override
        public long macs() {
            return output.area() * kernel * kernel * output.channels();
        }

        @Override
        public long parameters() {
            return (long) kernel * kernel * output.channels() + BATCH_NORM * output.channels();
        }
    }

    /** An activation function, element by element. */
    record ActivationLayer(String name, String input, Activation activation, Shape output)
            implements Layer {
        @Override
        public long macs() {
            return 0;
        }

        @Override
        public long parameters() {
            return 0;
        }
    }

    /** The sum of a branch and its shortcut. */
    record Sum(String name, String branch, String shortcut, Shape output) implements Layer {
        @Override
        public long macs() {
            return 0;
        }

        @Override
        public long parameters() {
            return 0;
        }
    }

    /** Global average pooling and a dense layer with bias; its output is the class scores. */
    record ClassifierHead(String name, String input, int inChannels, Shape output)
            implements Layer {
        @Override
        public long macs() {
            return (long) inChannels * output.channels();
        }

        @Override
        public long parameters() {
            return (long) inChannels * output.channels() + output.channels();
        }
    }

    /** Parameters of batch norm per channel: scale, offset, mean, variance. */
    long BATCH_NORM = 4;
}
