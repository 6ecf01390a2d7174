package io.pitlane.nas;

import io.pitlane.contract.SearchSpace.Activation;

/** One layer of a {@link Network}. Convolutions have no bias and end in a batch norm. */
sealed interface Layer {

    /** Its name, unlike any other's. */
    String name();

    /** What comes out. */
    Volume output();

    /** Multiply-accumulates for one image. */
    long macs();

    /** Weights and biases, batch norm's statistics included. */
    long parameters();

    /** A convolution and its batch norm. */
    record Convolution(
            String name, String input, int inChannels, int kernel, int stride, Volume output)
            implements Layer {
        @Override
        public long macs() {
            return output.places() * kernel * kernel * inChannels * output.channels();
        }

        @Override
        public long parameters() {
            return (long) kernel * kernel * inChannels * output.channels()
                    + BATCH_NORM * output.channels();
        }
    }

    /** A depthwise convolution, one filter a channel, and its batch norm. */
    record Depthwise(String name, String input, int kernel, int stride, Volume output)
            implements Layer {
        @Override
        public long macs() {
            return output.places() * kernel * kernel * output.channels();
        }

        @Override
        public long parameters() {
            return (long) kernel * kernel * output.channels() + BATCH_NORM * output.channels();
        }
    }

    /** An activation. */
    record Activated(String name, String input, Activation activation, Volume output)
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
    record Sum(String name, String branch, String shortcut, Volume output) implements Layer {
        @Override
        public long macs() {
            return 0;
        }

        @Override
        public long parameters() {
            return 0;
        }
    }

    /** The average over all places, then a dense layer with bias: the scores. */
    record Scores(String name, String input, int inChannels, Volume output) implements Layer {
        @Override
        public long macs() {
            return (long) inChannels * output.channels();
        }

        @Override
        public long parameters() {
            return (long) inChannels * output.channels() + output.channels();
        }
    }

    /** Numbers a channel of batch norm: scale, offset, mean, variance. */
    long BATCH_NORM = 4;
}
