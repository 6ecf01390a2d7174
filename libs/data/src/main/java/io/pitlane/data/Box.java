package io.pitlane.data;

/**
 * An object in an image, by its bounding box. Edges are in pixels, x to the right and y down from
 * the upper left corner: a whole image of height 30 and width 40 is 0, 0, 40, 30.
 *
 * @param label class, from 0
 * @param x1 left edge
 * @param y1 upper edge
 * @param x2 right edge, above {@code x1}
 * @param y2 lower edge, above {@code y1}
 * @param difficult whether it is marked as difficult, or is a crowd: it counts neither when missed
 *     nor when found (Everingham et al. 2010)
 */
public record Box(int label, float x1, float y1, float x2, float y2, boolean difficult) {

    /** The same object in a scaled image. */
    public Box scaled(float alongX, float alongY) {
        return new Box(label, x1 * alongX, y1 * alongY, x2 * alongX, y2 * alongY, difficult);
    }
}
