package io.pitlane.data;

/**
 * Height and width in pixels.
 *
 * @param height rows
 * @param width columns
 */
public record Size(int height, int width) {

    /** Height and width, as {@code 30x40}. */
    @Override
    public String toString() {
        return height + "x" + width;
    }
}
