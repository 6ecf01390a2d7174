package io.pitlane.formats.packed;

/** Predicts the sign of a code by the signs around it and of what is expected. */
final class SignModel {
    private static final int SIGNS = 3;
    private static final int WINDOW = 250;

    private final AdaptiveBits plain = new AdaptiveBits(SIGNS, WINDOW);
    private final AdaptiveBits around = new AdaptiveBits(SIGNS * SIGNS * SIGNS * SIGNS, WINDOW);
    private final Mixer mixer = new Mixer(2, SIGNS, 120);

    /** Codes a sign: 1 for a negative code. */
    int code(BinaryCoder coder, int negative, int row, int up, int left, int lagged, int expected) {
        int context = sign(expected);
        int wide = ((context * SIGNS + sign(up)) * SIGNS + sign(left)) * SIGNS + sign(lagged);
        mixer.add(plain.probability(context));
        mixer.add(around.probability(wide));
        int bit = mixer.code(coder, negative, context);
        plain.update(context, bit);
        around.update(wide, bit);
        return bit;
    }

    private static int sign(int code) {
        return Integer.signum(code) + 1;
    }
}
