package io.pitlane.data;

/** One item of a data set, as stored: an image, or an array of numbers. */
public sealed interface Sample permits Image, FloatArray {

    /** The size, for messages: {@code 30x40} of an image, {@code [128, 64]} of an array. */
    String size();

    /** Bytes of its values in memory. */
    int bytes();
}
