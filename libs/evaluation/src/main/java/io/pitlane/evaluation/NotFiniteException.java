package io.pitlane.evaluation;

/** An output of a model is not finite. */
public final class NotFiniteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int image;
    private final float value;

    NotFiniteException(int image, String output, float value) {
        super("output '%s' is %s for image %d".formatted(output, value, image));
        this.image = image;
        this.value = value;
    }

    /** Position of the image in the set, from 0. */
    public int image() {
        return image;
    }

    /** The value: NaN or an infinity. */
    public float value() {
        return value;
    }
}
