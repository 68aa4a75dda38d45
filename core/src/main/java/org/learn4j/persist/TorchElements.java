package org.learn4j.persist;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.learn4j.persist.ModelFormatException.Reason;

/** Reads the elements of a tensor in the order of its axes, rows last, whatever its strides, type and byte order. */
final class TorchElements {
    private static final int CHUNK = 1 << 14;

    private final TorchTensor tensor;
    private final ElementType type;
    private final ByteOrder order;
    private final Bytes storage;

    TorchElements(TorchTensor tensor, ByteOrder order) throws IOException {
        this.tensor = tensor;
        this.type = tensor.type();
        this.order = order;
        this.storage = tensor.storage().bytes();
    }

    /** Fills the buffers, whose positions stay. */
    void read(ByteBuffer... into) throws IOException {
        boolean asTheyAre = order == ByteOrder.LITTLE_ENDIAN && type.dtype().isPresent();
        if (asTheyAre && tensor.isContiguous()) {
            long from = tensor.first() * type.bytes();
            for (ByteBuffer piece : into) {
                storage.fill(piece.duplicate(), from);
                from += piece.remaining();
            }
            return;
        }
        var out = new Output(into);
        if (tensor.isContiguous()) {
            var chunk = ByteBuffer.allocate(CHUNK * type.bytes()).order(order);
            for (long at = 0; at < tensor.count(); at += CHUNK) {
                int count = (int) Math.min(CHUNK, tensor.count() - at);
                chunk.clear().limit(count * type.bytes());
                storage.fill(chunk, (tensor.first() + at) * type.bytes());
                for (int i = 0; i < count; i++) {
                    out.put(chunk, i * type.bytes());
                }
            }
        } else {
            gather(out);
        }
    }

    /** Takes the elements out of the part of the storage that they lie in, which has to fit into an array. */
    private void gather(Output out) throws IOException {
        if (tensor.span() > (Integer.MAX_VALUE - 8) / type.bytes()) {
            throw new ModelFormatException(
                    Reason.LIMIT, "scattered over " + tensor.span() + " elements, too many: " + tensor);
        }
        var span = ByteBuffer.allocate((int) tensor.span() * type.bytes()).order(order);
        storage.fill(span, tensor.first() * type.bytes());
        long[] shape = tensor.shape();
        long[] strides = tensor.strides();
        long[] index = new long[shape.length];
        long position = 0;
        for (long left = tensor.count(); left > 0; left--) {
            out.put(span, (int) position * type.bytes());
            for (int axis = shape.length - 1; axis >= 0; axis--) {
                position += strides[axis];
                if (++index[axis] < shape[axis]) {
                    break;
                }
                position -= shape[axis] * strides[axis];
                index[axis] = 0;
            }
        }
    }

    /** Puts elements one after the other into several buffers, in the type that they are read as. */
    private final class Output {
        private final ByteBuffer[] pieces;
        private final ByteBuffer element = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        private int piece;

        Output(ByteBuffer[] pieces) {
            this.pieces = new ByteBuffer[pieces.length];
            for (int i = 0; i < pieces.length; i++) {
                this.pieces[i] = pieces[i].duplicate().order(ByteOrder.LITTLE_ENDIAN);
            }
        }

        void put(ByteBuffer from, int at) {
            element.clear();
            switch (type) {
                case F16 -> element.putFloat(single(from.getShort(at)));
                case I8 -> element.putInt(from.get(at));
                case I16 -> element.putInt(from.getShort(at));
                case BOOL -> element.put((byte) (from.get(at) == 0 ? 0 : 1));
                default -> {
                    switch (type.bytes()) {
                        case 8 -> element.putLong(from.getLong(at));
                        case 4 -> element.putInt(from.getInt(at));
                        case 2 -> element.putShort(from.getShort(at));
                        default -> element.put(from.get(at));
                    }
                }
            }
            element.flip();
            while (element.hasRemaining()) {
                while (!pieces[piece].hasRemaining()) {
                    piece++;
                }
                pieces[piece].put(element.get());
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
