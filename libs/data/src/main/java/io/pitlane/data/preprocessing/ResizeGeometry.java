package io.pitlane.data.preprocessing;

import io.pitlane.contract.data.Resize;
import io.pitlane.data.Box;
import io.pitlane.data.Image;
import io.pitlane.data.Size;

/**
 * Where an image lies in the model's input after a resize. Images, masks and boxes are transformed
 * by the same geometry.
 */
public final class ResizeGeometry {
    private final ResizeAxis rows;
    private final ResizeAxis columns;

    private ResizeGeometry(ResizeAxis rows, ResizeAxis columns) {
        this.rows = rows;
        this.columns = columns;
    }

    /** An image that keeps its size. */
    public static ResizeGeometry identity(int height, int width) {
        return new ResizeGeometry(ResizeAxis.identity(height), ResizeAxis.identity(width));
    }

    /**
     * The geometry of an image.
     *
     * @param resize the resize of the plan; null keeps the image's size
     */
    public static ResizeGeometry of(Resize resize, Image image) {
        int h = image.height();
        int w = image.width();
        if (resize == null) {
            return identity(h, w);
        }
        int height = resize.height();
        int width = resize.width();
        if (resize instanceof Resize.CenterCrop crop) {
            int shorter = Math.min(h, w);
            return new ResizeGeometry(
                    ResizeAxis.crop(h, shorter, crop, height),
                    ResizeAxis.crop(w, shorter, crop, width));
        } else if (resize instanceof Resize.Letterbox) {
            boolean isTall = (long) height * w <= (long) width * h;
            long numerator = isTall ? height : width;
            long denominator = isTall ? h : w;
            return new ResizeGeometry(
                    ResizeAxis.letterbox(h, numerator, denominator, height),
                    ResizeAxis.letterbox(w, numerator, denominator, width));
        }
        return new ResizeGeometry(ResizeAxis.stretch(h, height), ResizeAxis.stretch(w, width));
    }

    ResizeAxis rows() {
        return rows;
    }

    ResizeAxis columns() {
        return columns;
    }

    boolean isIdentity() {
        return rows.isIdentity() && columns.isIdentity();
    }

    /** The size of the image after the resize, before padding or crop. */
    Size resized() {
        return new Size(rows.resized(), columns.resized());
    }

    /** The size of the model's input. */
    public Size input() {
        return new Size(rows.to(), columns.to());
    }

    /** A box of the stored image in pixels of the model's input; it may exceed the input. */
    public Box apply(Box box) {
        return new Box(
                box.label(),
                columns.toInput(box.x1()),
                rows.toInput(box.y1()),
                columns.toInput(box.x2()),
                rows.toInput(box.y2()),
                box.difficult());
    }
}
