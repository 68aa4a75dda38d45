package org.learn4j.persist;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Puts elements one after the other into one or several buffers, in the type that they are read as. */
final class ElementWriter {
    private final ElementType type;
    private final ByteBuffer[] pieces;
    private final ByteBuffer element = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private int piece;

    /** Makes a writer into these buffers, whose positions stay. */
    ElementWriter(ElementType type, ByteBuffer... pieces) {
        this.type = type;
        this.pieces = new ByteBuffer[pieces.length];
        for (int i = 0; i < pieces.length; i++) {
            this.pieces[i] = pieces[i].duplicate().order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** Puts the element at a position of a buffer, read in that buffer's byte order. */
    void put(ByteBuffer from, int at) {
        if (piece < pieces.length && pieces[piece].remaining() >= Long.BYTES) {
            put(from, at, pieces[piece]);
            return;
        }
        put(from, at, element.clear()); // it may lie across the border between two pieces
        element.flip();
        while (element.hasRemaining()) {
            while (!pieces[piece].hasRemaining()) {
                piece++;
            }
            pieces[piece].put(element.get());
        }
    }

    private void put(ByteBuffer from, int at, ByteBuffer out) {
        switch (type) {
            case F16 -> out.putFloat(single(from.getShort(at)));
            case I8 -> out.putInt(from.get(at));
            case I16 -> out.putInt(from.getShort(at));
            case BOOL -> out.put((byte) (from.get(at) == 0 ? 0 : 1));
            default -> {
                switch (type.bytes()) {
                    case 8 -> out.putLong(from.getLong(at));
                    case 4 -> out.putInt(from.getInt(at));
                    case 2 -> out.putShort(from.getShort(at));
                    default -> out.put(from.get(at));
                }
            }
        }
    }

    /** Returns the same number in single precision; the payload of a NaN is kept. */
    static float single(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = half >> 10 & 0x1f;
        int fraction = half & 0x3ff;
        if (exponent == 0) {
            return Math.copySign(fraction * 0x1p-24f, sign == 0 ? 1f : -1f);
        }
        int wide = exponent == 0x1f ? 0xff : exponent - 15 + 127;
        return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
    }
}
