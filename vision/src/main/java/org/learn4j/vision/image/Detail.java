package org.learn4j.vision.image;

/**
 * How much of a picture is needed: it may be averaged down as long as it still covers, or fits into, a rectangle. What is
 * smaller stays as it is.
 *
 * @param width the rectangle's width in pixels
 * @param height the rectangle's height
 * @param inside whether the whole picture has to fit into the rectangle, or to cover it
 */
public record Detail(int width, int height, boolean inside) {
    /** All of it. */
    public static final Detail ALL = new Detail(Integer.MAX_VALUE, Integer.MAX_VALUE, false);

    /** Checks the size. */
    public Detail {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "A picture is needed in at least 1 x 1 pixels, received " + width + " x " + height);
        }
    }

    /** Returns how many times smaller a picture of a size may become, at least 1. */
    double shrinkage(double pictureWidth, double pictureHeight) {
        double x = pictureWidth / width;
        double y = pictureHeight / height;
        return Math.max(1, inside ? Math.max(x, y) : Math.min(x, y));
    }

    /** Returns how many times smaller a JPEG may be made by its decoder, whichever way up it is: 1, 2, 4 or 8. */
    int reduction(ImageHeader header) {
        double most = Math.min(shrinkage(header.width(), header.height()), shrinkage(header.height(), header.width()));
        return most >= 8 ? 8 : most >= 4 ? 4 : most >= 2 ? 2 : 1;
    }
}
