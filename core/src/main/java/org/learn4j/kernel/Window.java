package org.learn4j.kernel;

import org.learn4j.tensor.ShapeMismatchException;

/**
 * How a kernel of some height and width moves over an image: its size, the step from one place to the next, how many rows and
 * columns beyond each edge it covers, and the distance between its elements. Immutable.
 *
 * <pre>{@code
 * Window.of(3).stride(2).padding(1).outputHeight(224);     // 112
 * }</pre>
 *
 * @param height rows of the kernel
 * @param width columns of the kernel
 * @param strideHeight rows from one place to the next
 * @param strideWidth columns from one place to the next
 * @param paddingHeight rows above and below the image
 * @param paddingWidth columns to the left and right of the image
 * @param dilationHeight distance between the kernel's rows, 1 where they are neighbours
 * @param dilationWidth distance between the kernel's columns
 */
public record Window(
        int height,
        int width,
        int strideHeight,
        int strideWidth,
        int paddingHeight,
        int paddingWidth,
        int dilationHeight,
        int dilationWidth) {
    /** Checks the settings. */
    public Window {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "A window expects a kernel of at least 1 × 1, received " + height + " × " + width);
        }
        if (strideHeight < 1 || strideWidth < 1) {
            throw new IllegalArgumentException(
                    "A window expects a stride of at least 1, received " + strideHeight + " and " + strideWidth);
        }
        if (paddingHeight < 0 || paddingWidth < 0) {
            throw new IllegalArgumentException(
                    "A window expects a padding of 0 or more, received " + paddingHeight + " and " + paddingWidth);
        }
        if (dilationHeight < 1 || dilationWidth < 1) {
            throw new IllegalArgumentException(
                    "A window expects a dilation of at least 1, received " + dilationHeight + " and " + dilationWidth);
        }
    }

    /** Returns a square window with stride 1 and no padding. */
    public static Window of(int size) {
        return of(size, size);
    }

    /** Returns a window with stride 1 and no padding. */
    public static Window of(int height, int width) {
        return new Window(height, width, 1, 1, 0, 0, 1, 1);
    }

    /** Returns such a window with another stride. */
    public Window stride(int stride) {
        return stride(stride, stride);
    }

    /** Returns such a window with another stride. */
    public Window stride(int vertical, int horizontal) {
        return new Window(
                height, width, vertical, horizontal, paddingHeight, paddingWidth, dilationHeight, dilationWidth);
    }

    /** Returns such a window with another padding on all sides. */
    public Window padding(int padding) {
        return padding(padding, padding);
    }

    /** Returns such a window with another padding above and below, left and right. */
    public Window padding(int vertical, int horizontal) {
        return new Window(
                height, width, strideHeight, strideWidth, vertical, horizontal, dilationHeight, dilationWidth);
    }

    /** Returns such a window with another dilation. */
    public Window dilation(int dilation) {
        return dilation(dilation, dilation);
    }

    /** Returns such a window with another dilation. */
    public Window dilation(int vertical, int horizontal) {
        return new Window(height, width, strideHeight, strideWidth, paddingHeight, paddingWidth, vertical, horizontal);
    }

    /** Returns the rows the kernel spans, gaps included. */
    public int spanHeight() {
        return dilationHeight * (height - 1) + 1;
    }

    /** Returns the columns the kernel spans, gaps included. */
    public int spanWidth() {
        return dilationWidth * (width - 1) + 1;
    }

    /** Returns how many elements the kernel has. */
    public int area() {
        return height * width;
    }

    /**
     * Returns how many places there are from top to bottom of an image.
     *
     * @throws ShapeMismatchException if the kernel does not fit into the padded image
     */
    public long outputHeight(long imageHeight) {
        return places(imageHeight, spanHeight(), strideHeight, paddingHeight, "height");
    }

    /**
     * Returns how many places there are from left to right of an image.
     *
     * @throws ShapeMismatchException if the kernel does not fit into the padded image
     */
    public long outputWidth(long imageWidth) {
        return places(imageWidth, spanWidth(), strideWidth, paddingWidth, "width");
    }

    private long places(long size, int span, int stride, int padding, String side) {
        long room = size + 2L * padding - span;
        if (size < 1 || room < 0) {
            throw new ShapeMismatchException("A " + this + " expects images whose " + side + " is at least "
                    + Math.max(1, span - 2 * padding) + ", received " + size);
        }
        return room / stride + 1;
    }

    /** Returns the settings that are not the usual ones. */
    @Override
    public String toString() {
        return "window of " + height + " × " + width
                + (strideHeight == 1 && strideWidth == 1 ? "" : ", stride " + pair(strideHeight, strideWidth))
                + (paddingHeight == 0 && paddingWidth == 0 ? "" : ", padding " + pair(paddingHeight, paddingWidth))
                + (dilationHeight == 1 && dilationWidth == 1
                        ? ""
                        : ", dilation " + pair(dilationHeight, dilationWidth));
    }

    private static String pair(int vertical, int horizontal) {
        return vertical == horizontal ? Integer.toString(vertical) : vertical + " and " + horizontal;
    }
}
