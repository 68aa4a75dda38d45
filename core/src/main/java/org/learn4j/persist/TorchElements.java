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
        var out = new ElementWriter(type, into);
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
    private void gather(ElementWriter out) throws IOException {
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
}
