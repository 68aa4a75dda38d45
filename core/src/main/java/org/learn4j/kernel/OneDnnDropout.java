package org.learn4j.kernel;

import java.nio.FloatBuffer;
import org.learn4j.tensor.Tensor;

/** Dropout by {@link DropoutPattern}. */
final class OneDnnDropout {
    private static final long AT_ONCE = 16L * DropoutPattern.BLOCK;

    private OneDnnDropout() {}

    static void dropout(Tensor x, double probability, long seed, Tensor out) {
        OneDnnContext context = OneDnnContext.current();
        long count = out.elements();
        long source = OneDnnCopy.lyingLikeOrInto(context, x, out);
        if (DropoutPattern.few(probability)) {
            OneDnnUnary.linear(context, DropoutPattern.scale(probability), 0, count, source, out.address());
            clear(context, probability, seed, out);
        } else {
            multiply(context, probability, seed, count, source, out.address());
        }
    }

    /** Multiplies by the pattern's factors, so few elements at a time that they stay in the cache. */
    private static void multiply(OneDnnContext context, double probability, long seed, long count, long x, long out) {
        long factors = context.temporary(OneDnnContext.SECOND, Float.BYTES * Math.min(count, AT_ONCE));
        for (long from = 0; from < count; from += AT_ONCE) {
            long now = Math.min(AT_ONCE, count - from);
            factors(context, probability, seed, from, now, factors);
            OneDnnUnary.multiply(context, now, x + Float.BYTES * from, factors, out + Float.BYTES * from);
        }
    }

    private static void factors(
            OneDnnContext context, double probability, long seed, long first, long count, long address) {
        int[] bits = context.block();
        for (long from = 0; from < count; from += DropoutPattern.BLOCK) {
            int inBlock = (int) Math.min(DropoutPattern.BLOCK, count - from);
            long block = (first + from) / DropoutPattern.BLOCK;
            DropoutPattern.factorBits(probability, seed, block, inBlock, bits);
            context.write(address + Float.BYTES * from, bits, inBlock);
        }
    }

    private static void clear(OneDnnContext context, double probability, long seed, Tensor out) {
        FloatBuffer values = HostLoops.floats(out);
        int[] positions = context.block();
        int count = (int) out.elements();
        for (int from = 0; from < count; from += DropoutPattern.BLOCK) {
            int inBlock = Math.min(DropoutPattern.BLOCK, count - from);
            int dropped = DropoutPattern.dropped(probability, seed, from / DropoutPattern.BLOCK, inBlock, positions);
            for (int i = 0; i < dropped; i++) {
                values.put(from + positions[i], 0f);
            }
        }
    }
}
