package org.learn4j.kernel;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.bytedeco.javacpp.Pointer;
import org.learn4j.tensor.Tensor;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;

/** Dropout by {@link DropoutPattern}. */
final class OneDnnDropout {
    private OneDnnDropout() {}

    static void dropout(Tensor x, double probability, long seed, Tensor out) {
        OneDnnContext context = OneDnnContext.current();
        long count = out.elements();
        long source = x.address();
        if (!x.isContiguous()) {
            OneDnnCopy.copy(context, context.operand(6).of(x), out.address());
            source = out.address();
        }
        if (DropoutPattern.few(probability)) {
            OneDnnUnary.linear(context, DropoutPattern.scale(probability), 0, count, source, out.address());
            clear(context, probability, seed, out);
        } else {
            long factors = context.temporary(OneDnnContext.SECOND, Float.BYTES * count);
            factors(context, probability, seed, count, factors);
            OneDnnOperand full = context.operand(2).vector(count, out.address());
            OneDnnBinary.run(
                    context,
                    dnnl_binary_mul,
                    false,
                    context.operand(0).vector(count, source),
                    context.operand(1).vector(count, factors),
                    full);
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

    private static void factors(OneDnnContext context, double probability, long seed, long count, long address) {
        int[] bits = context.block();
        for (long from = 0; from < count; from += DropoutPattern.BLOCK) {
            int inBlock = (int) Math.min(DropoutPattern.BLOCK, count - from);
            DropoutPattern.factorBits(probability, seed, from / DropoutPattern.BLOCK, inBlock, bits);
            context.write(address + Float.BYTES * from, bits, inBlock);
        }
    }
}
