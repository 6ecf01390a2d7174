package io.pitlane.formats.packed;

import java.util.Arrays;

/**
 * Mixes predictions in the logistic domain: the weighted sum of their logits, with weights that
 * descend the cost of each decision (Mahoney, "Adaptive Weighing of Context Models", 2005). One set
 * of weights for each of some contexts. Weights are in 1/65536.
 */
final class Mixer {
    private static final int RATE_BITS = 16;
    private static final int FIRST_RATE = 1200;

    private final int inputCount;
    private final int[] inputs;
    private final int[] weights;
    private final int[] rates;
    private final int lowestRate;
    private int filled;
    private int set;
    private int probability;

    /**
     * A mixer.
     *
     * @param sets contexts with weights of their own
     * @param lowestRate of learning, in units of 2^-24 a logit of 1/256 and an error of 1/65536
     */
    Mixer(int inputCount, int sets, int lowestRate) {
        this.inputCount = inputCount;
        this.inputs = new int[inputCount];
        this.weights = new int[inputCount * sets];
        this.rates = new int[sets];
        this.lowestRate = lowestRate;
        Arrays.fill(weights, (1 << 16) / inputCount * 5 / 4);
        Arrays.fill(rates, FIRST_RATE);
    }

    /** Adds the prediction of the next input. */
    void add(int probabilityOfOne) {
        inputs[filled++] = Logistic.logit(probabilityOfOne);
    }

    /** Codes a decision by the mix of the predictions added, and learns from it. */
    int code(BinaryCoder coder, int bit, int context) {
        int decided = coder.code(bit, mix(context));
        learn(decided);
        return decided;
    }

    private int mix(int context) {
        set = context;
        int base = context * inputCount;
        long sum = 0;
        for (int i = 0; i < inputCount; i++) {
            sum += (long) inputs[i] * weights[base + i];
        }
        filled = 0;
        probability = Logistic.probability((int) (sum >> 16));
        return probability;
    }

    private void learn(int bit) {
        int error = (bit << BinaryCoder.PROBABILITY_BITS) - probability;
        int base = set * inputCount;
        int rate = rates[set];
        long step = (long) error * rate;
        for (int i = 0; i < inputCount; i++) {
            weights[base + i] += (int) (inputs[i] * step >> RATE_BITS + 8);
        }
        rates[set] = rate - (rate - lowestRate >> 5);
    }
}
