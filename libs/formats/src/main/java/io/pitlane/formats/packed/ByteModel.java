package io.pitlane.formats.packed;

/**
 * Codes bytes of structured data by what followed the same bytes before: the predictions of
 * contexts of up to six bytes, and of the last place with the same five, are mixed. It can learn
 * from a dictionary first.
 */
final class ByteModel {
    private static final int[] ORDERS = {0, 1, 2, 3, 4, 6};
    private static final int BYTE_BITS = 8;
    private static final int WINDOW = 255;

    /** Counts in the history of a context. */
    private static final int COUNTS = 8;

    /** Bytes that a match begins with. */
    private static final int LEAST_MATCH = 5;

    private static final int LONGEST_MATCH = 15;
    private static final int LEAST_SLOT_BITS = 16;
    private static final int MOST_SLOT_BITS = 22;
    private static final int HASH = 0x9e3779b1;
    private static final int INPUTS = ORDERS.length + 1;

    private final byte[] bytes;
    private final int start;
    private final int shift;
    private final byte[][] histories = new byte[ORDERS.length][];
    private final AdaptiveBits[] byHistory = new AdaptiveBits[ORDERS.length];
    private final AdaptiveBits byMatch = new AdaptiveBits(LONGEST_MATCH + 1, WINDOW);
    private final Mixer mixer = new Mixer(INPUTS, 2 * (LONGEST_MATCH + 1), 300);
    private final int[] slots = new int[ORDERS.length];
    private final int[] places;
    private int match;
    private int matched;

    private ByteModel(byte[] dictionary, int length) {
        bytes = new byte[dictionary.length + length];
        System.arraycopy(dictionary, 0, bytes, 0, dictionary.length);
        start = dictionary.length;
        int bits = 4 + Integer.SIZE - Integer.numberOfLeadingZeros(bytes.length);
        bits = Math.max(LEAST_SLOT_BITS, Math.min(MOST_SLOT_BITS, bits));
        shift = Integer.SIZE - bits;
        places = new int[1 << bits];
        for (int i = 0; i < ORDERS.length; i++) {
            histories[i] = new byte[1 << bits];
            byHistory[i] = new AdaptiveBits(COUNTS * COUNTS, WINDOW);
        }
        BinaryCoder learning = (bit, probability) -> bit;
        for (int at = 0; at < start; at++) {
            code(learning, at);
        }
    }

    /** Bytes as what a range coder writes. */
    static byte[] pack(byte[] bytes, byte[] dictionary) {
        var model = new ByteModel(dictionary, bytes.length);
        System.arraycopy(bytes, 0, model.bytes, model.start, bytes.length);
        var coder = new RangeEncoder();
        model.codeAll(coder);
        return coder.finish();
    }

    /** The bytes again. */
    static byte[] unpack(byte[] packed, int length, byte[] dictionary) {
        var model = new ByteModel(dictionary, length);
        model.codeAll(new RangeDecoder(packed, 0));
        var bytes = new byte[length];
        System.arraycopy(model.bytes, model.start, bytes, 0, length);
        return bytes;
    }

    private void codeAll(BinaryCoder coder) {
        for (int at = start; at < bytes.length; at++) {
            code(coder, at);
        }
    }

    private void code(BinaryCoder coder, int at) {
        findMatch(at);
        for (int i = 0; i < ORDERS.length; i++) {
            slots[i] = hash(at, ORDERS[i]);
        }
        int value = bytes[at] & 0xff;
        int node = 1;
        for (int i = BYTE_BITS - 1; i >= 0; i--) {
            node = node << 1 | decision(coder, value >>> i & 1, node);
        }
        bytes[at] = (byte) node;
    }

    private int decision(BinaryCoder coder, int actual, int node) {
        for (int i = 0; i < slots.length; i++) {
            mixer.add(byHistory[i].probability(histories[i][slot(i, node)]));
        }
        int predicted = predicted(node);
        int length = predicted < 0 ? 0 : matched;
        int right = byMatch.probability(length);
        mixer.add(predicted == 0 ? (1 << BinaryCoder.PROBABILITY_BITS) - right : right);
        int bit = mixer.code(coder, actual, 2 * length + Math.max(0, predicted));
        for (int i = 0; i < slots.length; i++) {
            int slot = slot(i, node);
            byHistory[i].update(histories[i][slot], bit);
            histories[i][slot] = (byte) history(histories[i][slot], bit);
        }
        if (length > 0) {
            byMatch.update(length, bit == predicted ? 1 : 0);
        }
        return bit;
    }

    /** How often zeros and ones were seen, up to 7; a bit makes the other's count smaller. */
    private static int history(int before, int bit) {
        int same = bit == 0 ? before / COUNTS : before % COUNTS;
        int other = bit == 0 ? before % COUNTS : before / COUNTS;
        same = Math.min(COUNTS - 1, same + 1);
        other = other > 2 ? (other + 1) / 2 : other;
        return bit == 0 ? same * COUNTS + other : other * COUNTS + same;
    }

    /** The bit that follows in the matching place; -1 where it has differed already. */
    private int predicted(int node) {
        if (matched == 0) {
            return -1;
        }
        int expected = bytes[match] & 0xff | 1 << BYTE_BITS;
        int known = Integer.SIZE - Integer.numberOfLeadingZeros(node) - 1;
        return expected >>> BYTE_BITS - known == node ? expected >>> BYTE_BITS - known - 1 & 1 : -1;
    }

    private void findMatch(int at) {
        matched = matched > 0 && bytes[match] == bytes[at - 1] ? matched + 1 : 0;
        matched = Math.min(LONGEST_MATCH, matched);
        match++;
        if (at < LEAST_MATCH) {
            matched = 0;
            return;
        }
        int place = hash(at, LEAST_MATCH) >>> shift;
        if (matched == 0 && places[place] > 0) {
            match = places[place];
            while (matched < LONGEST_MATCH
                    && matched < match
                    && bytes[match - matched - 1] == bytes[at - matched - 1]) {
                matched++;
            }
        }
        places[place] = at;
    }

    private int hash(int at, int order) {
        int hash = order;
        for (int i = Math.max(0, at - order); i < at; i++) {
            hash = (hash + (bytes[i] & 0xff) + 1) * HASH;
            hash ^= hash >>> 15;
        }
        return hash * HASH;
    }

    private int slot(int order, int node) {
        return (slots[order] + node * HASH) * HASH >>> shift;
    }
}
