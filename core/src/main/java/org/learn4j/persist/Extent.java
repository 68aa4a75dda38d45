package org.learn4j.persist;

import java.util.Arrays;

/** What a header says of one tensor: its element type, its shape, and which bytes of the data are its own. */
final class Extent {
    private final String name;
    private final ElementType type;
    private final long[] shape;
    private final long begin;
    private final long end;

    Extent(String name, ElementType type, long[] shape, long begin, long end) {
        this.name = name;
        this.type = type;
        this.shape = shape.clone();
        this.begin = begin;
        this.end = end;
    }

    /**
     * Returns the bytes that a tensor occupies.
     *
     * @throws ArithmeticException if a dimension is negative, or the product of the dimensions, zeros left out, exceeds
     *     63 bits: a shape like 0 × 2⁶² × 2⁶² is a trap for whoever multiplies in another order
     */
    static long bytes(ElementType type, long[] shape) {
        long bytes = type.bytes();
        boolean empty = false;
        for (long dimension : shape) {
            if (dimension < 0) {
                throw new ArithmeticException("negative dimension");
            }
            empty |= dimension == 0;
            bytes = Math.multiplyExact(bytes, Math.max(1, dimension));
        }
        return empty ? 0 : bytes;
    }

    String name() {
        return name;
    }

    ElementType type() {
        return type;
    }

    long[] shape() {
        return shape.clone();
    }

    /** Returns the position of the first byte, counted from the end of the header. */
    long begin() {
        return begin;
    }

    long end() {
        return end;
    }

    long bytes() {
        return end - begin;
    }

    @Override
    public String toString() {
        return Limits.quote(name) + " " + type + Arrays.toString(shape);
    }
}
